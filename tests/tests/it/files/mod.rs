//! Files through the simulated server, its listener and the virtual network.

mod network;
mod raw;
mod wire;
