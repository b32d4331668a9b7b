//! The options of every command.

use std::{
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anstream::ColorChoice;
use clap::ArgAction;
use wx_proto::Profile;

use crate::{
    size,
    texts::lang::{Lang, say},
};

/// Options of every subcommand. Language and colours are settled by [`command_line`](crate::command_line) before the others are read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options for every command")]
pub(crate) struct GlobalOptions {
    /// The flavour of the protocol: web is wx.qq.com, as in a browser; file-helper is the web file helper, for your own
    /// phone alone; or a file in TOML
    #[arg(long, global = true, default_value = "web", value_name = "PROFILE", value_parser = profile)]
    pub(crate) profile: ChosenProfile,

    /// A name of your own for the account; each has its own session file
    #[arg(long, global = true, default_value = "default", value_name = "NAME", value_parser = account_name)]
    pub(crate) account: String,

    /// The session file [default: ~/.local/share/wx/ACCOUNT/session.json, or in XDG_DATA_HOME]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) session: Option<PathBuf>,

    /// Make every connection to this address; host names and certificates stay as they are
    #[arg(long, global = true, value_name = "IP:PORT")]
    pub(crate) connect_to: Option<SocketAddr>,

    /// Trust the certificates in this file as well
    #[arg(long, global = true, value_name = "PEM")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Go through this proxy: http://, https:// or socks5://
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,

    /// The average pause between sends, in milliseconds
    #[arg(long, global = true, value_name = "MS")]
    pub(crate) send_interval: Option<u64>,

    /// The largest file to send or to fetch, such as 200M or 2G [default: 50M to send, 20M as a picture or film, 1G to fetch]
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_file: Option<u64>,

    /// Draw ids and pauses from this number, to repeat a run
    #[arg(long, global = true, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Log to stderr; twice for more. RUST_LOG chooses more finely
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Results and errors only: no status line, no notices, no hints
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// The language of the interface: zh or en [default: the locale's, else English]; --json and the log stay English
    #[arg(long, global = true, value_enum, value_name = "LANG", hide_possible_values = true)]
    pub(crate) lang: Option<Lang>,

    /// Colours: auto, always or never; auto respects NO_COLOR
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", value_parser = colour_choice)]
    pub(crate) color: ColorChoice,
}

/// The profile of `--profile`, read already.
#[derive(Clone, Debug)]
pub(crate) struct ChosenProfile {
    pub(crate) profile: Profile,
}

/// A value that an option does not take; the words are the interface's.
#[derive(Debug)]
pub(crate) struct InvalidValue(pub(crate) String);

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidValue {}

fn account_name(name: &str) -> Result<String, InvalidValue> {
    let usable = |char: char| char.is_alphanumeric() || "._-@+".contains(char);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(usable) {
        return Err(InvalidValue(say().want_account_name()));
    }
    Ok(name.to_owned())
}

fn profile(name: &str) -> Result<ChosenProfile, InvalidValue> {
    let profile = match name {
        "web" => Profile::web(),
        "file-helper" => Profile::file_helper(),
        _ if Path::new(name).extension().is_none() && !Path::new(name).exists() => {
            return Err(InvalidValue(say().want_profile()));
        }
        path => {
            let text = fs::read_to_string(path)
                .map_err(|error| InvalidValue(say().cannot_read_file(path, &say().io_error(&error))))?;
            Profile::from_toml(&text).map_err(|error| InvalidValue(say().profile_error(&error)))?
        }
    };
    Ok(ChosenProfile { profile })
}

fn size(text: &str) -> Result<u64, InvalidValue> {
    size::parse(text).filter(|size| *size > 0).ok_or_else(|| InvalidValue(say().want_size()))
}

pub(crate) fn colour_choice(when: &str) -> Result<ColorChoice, InvalidValue> {
    match when {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err(InvalidValue(say().want_colour())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_names_stay_in_their_folder() {
        for name in ["default", "work-2", "小明", "a.b@c"] {
            assert_eq!(account_name(name).unwrap(), name);
        }
        for name in ["", ".", "..", ".a", "a/b", "a\\b", "a b", "a\n"] {
            assert!(account_name(name).is_err(), "{name:?}");
        }
    }
}
