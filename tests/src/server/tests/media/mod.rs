//! Files both ways, by raw requests.

mod downloads;
mod faults;
mod golden;
mod hostile;
mod page;
mod sends;
mod uploads;
