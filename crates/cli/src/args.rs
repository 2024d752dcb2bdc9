//! The command line: what may be typed. Owns no behaviour.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Workflows between Azure Active Directory and ServiceNow: checked, rehearsed, run durably.
#[derive(Debug, Parser)]
#[command(name = "drawbridge", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check workflows: every finding in one pass
    Check(CheckArgs),
    /// Explain a code, or list every code
    Explain(ExplainArgs),
    /// Draw a workflow
    Graph(GraphArgs),
    /// Write the JSON Schemas for editors
    Schema(SchemaArgs),
    /// Run one workflow in this terminal
    Run(RunArgs),
    /// List, show, resume, cancel and export runs
    #[command(subcommand)]
    Runs(RunsCommand),
    /// List, approve and reject what waits for people
    #[command(subcommand)]
    Gates(GatesCommand),
    /// Serve a pretend Azure AD tenant and a pretend ServiceNow instance
    Sandbox(SandboxArgs),
    /// List every action, trigger, people source and channel, or show one
    Nodes(NodesArgs),
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// One SARIF 2.1.0 document, for code scanning
    Sarif,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Workflow files, and folders that hold workflows at any depth; `workflows` or `.` without any
    pub(crate) paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the changes that leave no choice into the files, and check again
    #[arg(long)]
    pub(crate) fix: bool,
    /// End with code 1 for warnings too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Code of a message, such as `WF012`
    pub(crate) code: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a workflow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Picture {
    /// A Mermaid flowchart, for Markdown
    Mermaid,
    /// A DOT graph, for Graphviz
    Dot,
    /// An SVG drawing
    Svg,
    /// Nodes and edges, for programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    /// Workflow file or folder
    pub(crate) workflow: PathBuf,
    /// How it is drawn
    #[arg(long, value_enum, default_value_t = Picture::Mermaid)]
    pub(crate) format: Picture,
    /// File to write into; without it the picture is printed
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Folder to write into; without it the workflow schema is printed
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Workflow file or folder
    pub(crate) workflow: PathBuf,
    /// One input of the run, as `name=value`; may be given several times
    #[arg(long = "input", value_name = "NAME=VALUE", conflicts_with_all = ["trigger", "event"])]
    pub(crate) inputs: Vec<String>,
    /// Start by this trigger of the workflow, with the event of `--event`
    #[arg(long, value_name = "ID", requires = "event")]
    pub(crate) trigger: Option<String>,
    /// File with the event in JSON
    #[arg(long, value_name = "FILE", requires = "trigger")]
    pub(crate) event: Option<PathBuf>,
    /// Run against the built-in sandbox, or against one that runs already (`--sandbox=URL`)
    #[arg(long, value_name = "URL", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) sandbox: Option<String>,
    /// Company that the built-in sandbox starts with: `small-company`, `generated:USERSxGROUPS`, or a YAML file
    #[arg(long, value_name = "SEED", requires = "sandbox")]
    pub(crate) seed: Option<PathBuf>,
    /// Case of `tests.yaml` to play in the sandbox; the first one without it
    #[arg(long, value_name = "NAME", requires = "sandbox", conflicts_with_all = ["inputs", "event"])]
    pub(crate) case: Option<String>,
    /// Stop with exit code 5 as soon as the run only waits
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Write one JSON document per change instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where configuration and data are.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArgs {
    /// Configuration file
    #[arg(long, value_name = "FILE", env = "DRAWBRIDGE_CONFIG", default_value = "drawbridge.yaml")]
    pub(crate) config: PathBuf,
    /// Data directory; overrides the configuration
    #[arg(long, value_name = "DIR", env = "DRAWBRIDGE_DATA")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first
    List {
        #[command(flatten)]
        place: PlaceArgs,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one run with its steps
    Show {
        /// Id of the run, or its beginning
        run: String,
        #[command(flatten)]
        place: PlaceArgs,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Go on with a run that waits, was interrupted, is stalled or parked
    Resume(ResumeArgs),
    /// Withdraw a run; steps in flight settle first
    Cancel {
        /// Id of the run, or its beginning
        run: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Write the events of a run as JSON lines
    Export {
        /// Id of the run, or its beginning
        run: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("decision").args(["happened", "again"])))]
pub(crate) struct ResumeArgs {
    /// Id of the run, or its beginning
    pub(crate) run: String,
    /// Parked step that `--happened` or `--again` decides
    #[arg(long, value_name = "STEP", requires = "decision")]
    pub(crate) step: Option<String>,
    /// The effect of the parked step happened
    #[arg(long, requires = "step", conflicts_with = "again")]
    pub(crate) happened: bool,
    /// The effect of the parked step did not happen; send it again
    #[arg(long, requires = "step")]
    pub(crate) again: bool,
    /// Go on against a sandbox that runs already
    #[arg(long, value_name = "URL", require_equals = true)]
    pub(crate) sandbox: Option<String>,
    /// Stop with exit code 5 as soon as the run only waits
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Write one JSON document per change instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GatesCommand {
    /// List gates that wait for a decision
    List {
        #[command(flatten)]
        place: PlaceArgs,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Approve a console gate
    Approve(DecideArgs),
    /// Reject a console gate
    Reject(DecideArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// Id of the run, or its beginning
    pub(crate) run: String,
    /// Id of the gate's step
    pub(crate) gate: String,
    /// Why
    #[arg(long)]
    pub(crate) comment: Option<String>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Loopback address; port 0 takes free ports, port N serves Azure AD on N, ServiceNow on N+1, and with
    /// `--tls` both once more on N+2 and N+3
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: std::net::SocketAddr,
    /// Serve both over https too, with a certificate of an authority of its own
    #[arg(long)]
    pub(crate) tls: bool,
    /// Folder that keeps that certificate
    #[arg(long, value_name = "DIR", requires = "tls", default_value = ".drawbridge/sandbox-tls")]
    pub(crate) tls_dir: PathBuf,
    /// Company to start with: `small-company`, `generated:USERSxGROUPS`, or a YAML file
    #[arg(long, value_name = "SEED", default_value = "small-company")]
    pub(crate) seed: String,
    /// File the state is kept in: gone on from if it is there, written while things change and at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Where the pretend clock begins: an instant in UTC, or `now`
    #[arg(long, value_name = "INSTANT", default_value = "2026-01-05T08:00:00Z")]
    pub(crate) clock: String,
    /// Let the pretend clock stand still between two advances
    #[arg(long)]
    pub(crate) frozen_clock: bool,
    /// Faults and events that happen by themselves, a YAML file
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct NodesArgs {
    /// Full name of one node
    pub(crate) name: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the reference as Markdown into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["name", "json"])]
    pub(crate) pages: Option<PathBuf>,
}
