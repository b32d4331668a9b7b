//! Blocking driver for `wx-proto`.
