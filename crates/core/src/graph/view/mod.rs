//! A workflow as a picture: what it shows, as Mermaid, DOT and SVG. Pure; draws from a checked workflow only.

mod build;
mod dot;
mod layers;
mod layout;
mod mermaid;
mod model;
mod reduce;
mod shape;
mod svg;
mod words;

pub use dot::to_dot;
pub use mermaid::to_mermaid;
pub use model::{Edge, EdgeKind, Node, Place, Shape, View};
pub use svg::to_svg;
