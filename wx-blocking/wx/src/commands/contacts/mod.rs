//! `wx contacts`.

mod detail;
mod list;

use std::time::Duration;

use wx_proto::{Contact, ContactKind, Contacts, Event, LoginMethod};

use crate::{
    account::{self, follow::Follow, login, recipient},
    error::{CliError, Result},
    json,
    options::GlobalOptions,
    screen::Screen,
    signals::StopFlag,
    texts::lang::say,
};

/// List contacts, or search them
///
/// Goes on with the stored login. Messages that arrive meanwhile stay unread: `wx listen` shows them. It does not log
/// out.
#[derive(Debug, clap::Args)]
#[command(
    disable_help_subcommand = true,
    after_help = "\
Examples:
  wx contacts
  wx contacts 明                        # part of a name, remark, WeChat id, or pinyin
  wx contacts --json | jq -r .name
  wx contacts show 周末爬山

Exit codes: 0 done, 1 nothing fits or it failed, 2 wrong usage, 3 logged out or refused."
)]
pub(crate) struct Args {
    /// Part of a name, remark, WeChat id, or pinyin
    #[arg(value_name = "QUERY")]
    query: Option<String>,

    #[command(flatten)]
    how: QueryOptions,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Args)]
struct QueryOptions {
    /// One JSON object a line, for programs
    #[arg(long, global = true)]
    json: bool,

    /// Give up after so many seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
}

/// Show everything known about one contact, and the members of a group
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx contacts show 明哥
  wx contacts show --json 'Book Club'")]
struct Show {
    /// A remark, WeChat id, nick name or group name, or a part of one that fits nobody else
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) fn run(global: &GlobalOptions, args: &Args) -> Result {
    match &args.command {
        None => ask(global, &args.how, |contacts, screen, json| {
            let found = search(contacts, args.query.as_deref().unwrap_or_default());
            if found.is_empty()
                && let Some(query) = &args.query
            {
                return Err(CliError::failed(say().nobody_fits(query), say().search_less()));
            }
            let text = if json { lines(&found) } else { list::text(&found, screen.columns()) };
            Ok(text)
        }),
        Some(Command::Show(_)) if args.query.is_some() => {
            Err(CliError::usage(say().query_or_show(), say().see_help("wx contacts")))
        }
        Some(Command::Show(show)) => ask(global, &args.how, |contacts, screen, json| {
            let (user, _) = recipient::resolve(&show.name, contacts)?;
            let Some(contact) = contacts.get(user.as_str()) else {
                return Err(CliError::failed(say().nobody(&show.name), say().how_to_name()));
            };
            Ok(if json { detail::line(contact) } else { detail::text(contact, screen.columns()) })
        }),
    }
}

/// Waits until the contacts are loaded and prints what `answer` makes of them.
fn ask(
    global: &GlobalOptions,
    how: &QueryOptions,
    answer: impl FnOnce(&Contacts, &Screen, bool) -> Result<String>,
) -> Result {
    let stop = StopFlag::install()?;
    let mut client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    let mut side = Screen::stderr();
    let within = Some(Duration::from_secs(how.timeout));
    load(&mut Follow { client: &mut client, stop: &stop, screen: &mut side, within })?;
    let mut screen = Screen::stdout();
    let text = client.handle().with_contacts(|contacts| answer(contacts, &screen, how.json));
    // Whatever was found, the session is in order and has to be kept.
    login::finish(client)?;
    Ok(screen.write(&text?)?)
}

fn load(follow: &mut Follow<'_>) -> Result {
    let loaded = |event: &Event, _: &mut Screen| Ok(matches!(event, Event::Contacts(_)).then_some(()));
    match follow.until(loaded)? {
        Some(()) => Ok(()),
        None => Err(CliError::failed(say().timed_out(), say().check_the_network())),
    }
}

/// The contacts that fit, the best first; without a query all, kind by kind and by name. Not oneself, and no strangers of
/// groups.
fn search<'a>(contacts: &'a Contacts, query: &str) -> Vec<&'a Contact> {
    if !query.is_empty() {
        let mut found = json::contact::found(contacts, query);
        found.retain(|contact| contact.kind() != ContactKind::Stranger);
        return found;
    }
    let special = contacts.iter().filter(|contact| contact.kind() == ContactKind::Special);
    let all: [Vec<&Contact>; 4] = [
        contacts.friends().collect(),
        contacts.groups().collect(),
        contacts.official().collect(),
        special.collect(),
    ];
    let mut found = Vec::new();
    for mut kind in all {
        kind.sort_by_cached_key(|contact| sort_key(contact));
        found.append(&mut kind);
    }
    found
}

/// By pinyin where the server gives it, so that Chinese names stand where people look for them.
fn sort_key(contact: &Contact) -> (String, String) {
    let name = contact.name().to_lowercase();
    let pinyin =
        if contact.remark_name().is_empty() { contact.py_quan_pin() } else { contact.remark_py_quan_pin() };
    (if pinyin.is_empty() { name.clone() } else { pinyin.to_lowercase() }, name)
}

fn lines(found: &[&Contact]) -> String {
    found.iter().map(|contact| json::line(&json::contact::value(contact))).collect()
}
