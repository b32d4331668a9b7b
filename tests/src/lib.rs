//! Test kit of the project.
