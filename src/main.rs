//! groundswell: an advocacy program in six steps, in one local file.
fn main() {}
