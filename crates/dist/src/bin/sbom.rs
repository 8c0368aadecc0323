//! Prints the bill of materials of `mesh`: `cargo sbom > mesh.cdx.json`.

use std::io::Write as _;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let bill = dist::sbom(&root)?;
    writeln!(std::io::stdout(), "{bill:#}")?;
    Ok(())
}
