//! Where it is measured: the programs, a folder of its own, and the cluster once one is needed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::plane::Plane;
use super::process::{Step, measure};
use super::say;
use super::told::Took;
use super::tools::Tools;

pub(crate) struct Place {
    pub(crate) tools: Tools,
    pub(crate) plane: Option<Plane>,
    folder: tempfile::TempDir,
    quick: bool,
}

impl Place {
    /// # Errors
    /// A program that was named is not there, or there is no room for files.
    pub(crate) fn new(quick: bool) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        Ok(Self { tools: Tools::found()?, plane: None, folder, quick })
    }

    /// Where inputs are; also the home of what is measured.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// So many counted runs, or one if it has to be quick.
    pub(crate) fn runs(&self, usually: usize) -> usize {
        if self.quick { 1 } else { usually }
    }

    /// # Errors
    /// The cluster does not start.
    pub(crate) fn start_plane(&mut self) -> Result<()> {
        if self.plane.is_none() {
            say("starting a control plane");
            self.plane = Some(Plane::start()?);
        }
        Ok(())
    }

    /// # Errors
    /// None was started.
    pub(crate) fn plane(&self) -> Result<&Plane> {
        self.plane.as_ref().context("there is no cluster")
    }

    /// Runs commands, and returns what they took, with their requests where there is a cluster.
    ///
    /// # Errors
    /// One fails.
    pub(crate) fn measured(&self, steps: &[Step]) -> Result<Took> {
        let Some(plane) = &self.plane else {
            return measure(steps, self.folder(), &PathBuf::from("/nonexistent"));
        };
        let mark = plane.cluster.mark()?;
        let took = measure(steps, self.folder(), plane.kubeconfig())?;
        Ok(Took { requests: Some(plane.asked(mark)?), ..took })
    }
}
