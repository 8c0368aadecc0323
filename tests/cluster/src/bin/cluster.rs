//! The supervisor of test clusters, its children's first step, and the stand-in istiod; see the library.

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    cluster::main(&args)
}
