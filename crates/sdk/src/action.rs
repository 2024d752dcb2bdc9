//! Actions: what a step calls. A read looks; a write says what it would change and reads the answer.

use std::future::Future;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Answer, Ctx, Effect, EffectRefused, Error, Finished, Followed, Intent, Permission, Prepared, Reader,
    Settled, System,
};

/// An action that changes nothing.
///
/// ```
/// use drawbridge_sdk::{Ctx, Error, Method, Permission, Read, Reader, Request, System, graph};
///
/// struct Directory;
/// impl System for Directory {
///     const NAME: &'static str = "directory";
///     const TITLE: &'static str = "Directory";
///     const READ_POSTS: &'static [&'static str] = &[];
/// }
///
/// struct UserName;
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Input { user: String }
/// #[derive(serde::Serialize, schemars::JsonSchema)]
/// struct Output { name: String }
///
/// impl Read<Directory> for UserName {
///     const NAME: &'static str = "directory.user.name";
///     const SUMMARY: &'static str = "Name of one user";
///     const EXAMPLE: &'static str = "user: ann";
///     const PERMISSIONS: &'static [Permission] = &[graph("User.Read.All")];
///     type Input = Input;
///     type Output = Output;
///
///     async fn run(directory: &Reader<'_, Directory>, _: &Ctx, input: &Input) -> Result<Output, Error> {
///         let answer = directory.read(&Request::new(Method::Get, &["users", &input.user])).await?;
///         Ok(Output { name: answer.ok()?["name"].as_str().unwrap_or_default().to_owned() })
///     }
/// }
/// # fn main() {}
/// ```
pub trait Read<S: System>: Send + Sync + 'static {
    /// Full name, `system.noun.verb`.
    const NAME: &'static str;
    /// What it does, one line without a period.
    const SUMMARY: &'static str;
    /// An example of `with`, in YAML.
    const EXAMPLE: &'static str;
    /// What it needs from the platform.
    const PERMISSIONS: &'static [Permission];
    /// What `with` takes.
    type Input: DeserializeOwned + JsonSchema + Send + Sync;
    /// What later steps read.
    type Output: Serialize + JsonSchema + Send;

    /// Reads.
    ///
    /// # Errors
    /// What the connection said, or a refusal of its own.
    fn run(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        input: &Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// An action that makes one remote change. It cannot write: it returns the change it wants.
pub trait Write<S: System>: Send + Sync + 'static {
    /// Full name, `system.noun.verb`.
    const NAME: &'static str;
    /// What it does, one line without a period.
    const SUMMARY: &'static str;
    /// An example of `with`, in YAML.
    const EXAMPLE: &'static str;
    /// The widest class of effect it can have.
    const EFFECT: Effect;
    /// What it needs from the platform.
    const PERMISSIONS: &'static [Permission];
    /// Inputs that must be written out in the workflow, because the class of the effect hangs on them.
    const LITERAL: &'static [&'static str] = &[];
    /// How much one call counts against a guard.
    const WEIGHT: u32 = 1;
    /// What `with` takes.
    type Input: DeserializeOwned + JsonSchema + Send + Sync;
    /// What later steps read.
    type Output: Serialize + JsonSchema + Send;

    /// The class of this very call, from its literal inputs.
    ///
    /// # Errors
    /// [`EffectRefused`] where these inputs are never allowed.
    fn effect(_literals: &Value) -> Result<Effect, EffectRefused> {
        Ok(Self::EFFECT)
    }

    /// Reads only. Says what is so already, or the one change that would make it so.
    ///
    /// # Errors
    /// What the connection said, or a refusal of its own.
    fn prepare(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        input: &Self::Input,
    ) -> impl Future<Output = Result<Prepared<Self::Output>, Error>> + Send;

    /// Reads the definite answer to that change, also a 400, 404 or 409 that means "already so".
    ///
    /// # Errors
    /// [`Error::Unknown`] where the answer cannot be read and the change may have happened.
    fn finish(ctx: &Ctx, input: &Self::Input, answer: &Answer) -> Result<Finished<Self::Output>, Error>;

    /// Looks whether a change that was accepted has completed. Reads only.
    ///
    /// # Errors
    /// What the connection said.
    fn follow(
        _reader: &Reader<'_, S>,
        _ctx: &Ctx,
        _input: &Self::Input,
        _handle: &Value,
    ) -> impl Future<Output = Result<Followed<Self::Output>, Error>> + Send {
        std::future::ready(Err(Error::refused("CN018", format!("`{}` never completes later", Self::NAME))))
    }

    /// After an unknown outcome, once it can no longer land: looks whether it happened. Reads only.
    ///
    /// # Errors
    /// What the connection said; the runtime looks again later.
    fn settle(
        reader: &Reader<'_, S>,
        ctx: &Ctx,
        input: &Self::Input,
        intent: &Intent,
    ) -> impl Future<Output = Result<Settled<Self::Output>, Error>> + Send;
}
