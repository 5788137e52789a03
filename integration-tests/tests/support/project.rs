//! A hook project in a folder that goes with it.

use std::fs;
use std::path::{Path, PathBuf};

/// The project.
pub struct Project(tempfile::TempDir);

impl Project {
    /// With these files, the first of which is usually hooks.yaml.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::of(tempfile::tempdir().unwrap(), files)
    }

    /// The same somewhere below `folder`, whose `node_modules` its scripts find.
    pub fn below(folder: &Path, files: &[(&str, &str)]) -> Self {
        let folder = folder.join(".leh");
        fs::create_dir_all(&folder).unwrap();
        Self::of(tempfile::tempdir_in(folder).unwrap(), files)
    }

    fn of(folder: tempfile::TempDir, files: &[(&str, &str)]) -> Self {
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        Project(folder)
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
