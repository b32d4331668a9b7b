//! `wx man`.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use clap::CommandFactory;
use clap_mangen::Man;

use crate::{
    args,
    end::{End, Result},
    lang::say,
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

pub(crate) fn run(args: &Args) -> Result {
    let command = args::Args::command().disable_help_subcommand(true);
    if let Some(folder) = &args.folder {
        let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
        return written.map_err(|error| {
            let path = folder.display().to_string();
            End::failed(say().cannot_write_file(&path, &error.to_string()), say().choose_another_folder())
        });
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    let mut out = io::stdout().lock();
    out.write_all(&page)?;
    Ok(out.flush()?)
}
