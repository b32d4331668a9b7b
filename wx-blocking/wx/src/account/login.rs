//! The beginning and the end of a command's work with an account.

use std::time::Duration;

use wx_blocking::Client;
use wx_proto::LoginMethod;

use crate::{
    account::no_login,
    error::{CliError, Result},
    options::GlobalOptions,
    signals::GRACE,
    texts::lang::say,
};

/// Starts a login.
pub(crate) fn start(client: &Client, how: LoginMethod) -> Result {
    client.login(how).map_err(|error| CliError::failed(say().command_error(&error), say().run_login()))
}

/// How a command that may run with nobody there logs in: with a code only where somebody sees it, or where it was asked for.
///
/// # Errors
/// If it cannot log in so.
pub(crate) fn method(
    global: &GlobalOptions,
    client: &Client,
    has_eyes: bool,
    asked: bool,
) -> Result<LoginMethod> {
    if has_eyes || asked {
        Ok(LoginMethod::Auto)
    } else if client.has_login() {
        Ok(LoginMethod::Resume)
    } else {
        Err(no_login(global, say().no_login_here()))
    }
}

/// Lets sends settle and stores the session.
pub(crate) fn finish(client: Client) -> Result {
    finish_within(client, GRACE)
}

/// Lets sends settle for so long at most, and stores the session.
pub(crate) fn finish_within(client: Client, grace: Duration) -> Result {
    client.stop(grace).map_err(|error| {
        CliError::failed(say().session_not_stored(&say().store_error(&error)), say().free_space())
    })
}
