//! Looking up host names, or not.

use std::{net::SocketAddr, sync::Arc};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use super::progress::{Progress, Stage};

#[derive(Debug)]
pub(super) struct AbortableResolver {
    pub(super) progress: Arc<Progress>,
    pub(super) connect_to: Option<SocketAddr>,
    pub(super) system: DefaultResolver,
}

impl Resolver for AbortableResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        self.progress.enter(Stage::Resolving);
        let addresses = match self.connect_to {
            // ureq asks before it looks for a connection that stands.
            _ if self.progress.keeps_to_standing() => self.empty(),
            Some(address) => {
                let mut addresses = self.empty();
                addresses.push(address);
                addresses
            }
            None => self.system.resolve(uri, config, timeout)?,
        };
        self.progress.enter(Stage::Connecting);
        Ok(addresses)
    }
}
