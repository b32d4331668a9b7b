//! `wx man`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Command;
use clap_mangen::Man;

use crate::{
    error::{CliError, Result},
    texts::lang::say,
};

/// Print the manual page, or write all of them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx man > wx.1      # the main page
  wx man man1        # a page for each command, in the folder man1")]
pub(crate) struct Args {
    /// The folder for the pages: wx.1, wx-listen.1, ...; it is made if it is missing
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// `command` is the whole command line.
pub(crate) fn run(args: &Args, command: Command) -> Result {
    if let Some(folder) = &args.folder {
        let written = fs::create_dir_all(folder).and_then(|()| write_all(command, folder));
        return written.map_err(|error| {
            let path = folder.display().to_string();
            CliError::failed(
                say().cannot_write_file(&path, &say().io_error(&error)),
                say().choose_another_folder(),
            )
        });
    }
    let (_, page) = page(command)?;
    let mut out = io::stdout().lock();
    out.write_all(page.as_bytes())?;
    Ok(out.flush()?)
}

/// The pages of a command and of all below it.
fn write_all(command: Command, folder: &Path) -> io::Result<()> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_all(below.clone(), folder)?;
    }
    let (name, page) = page(command)?;
    fs::write(folder.join(name), page)
}

/// The name of a command's page, and the page.
fn page(command: Command) -> io::Result<(String, String)> {
    let man = Man::new(command);
    let mut page = Vec::new();
    man.render(&mut page)?;
    Ok((man.get_filename(), say().manual_page(&String::from_utf8_lossy(&page))))
}
