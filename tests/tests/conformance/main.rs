//! The drivers of wx-proto's examples pass the script for drivers, and broken ones do not. They are the examples' own code.

mod planted;
mod smol_driver;
mod tokio_driver;
