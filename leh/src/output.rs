//! Files that a command writes: whole or not at all, and readable by others only without secrets.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Everybody on the machine, as far as the umask says so.
    All,
    /// Its owner: it holds a secret.
    Owner,
}

/// Writes `text` to `path` (`-` is the standard output), making its folder where it is missing.
///
/// # Errors
/// Where it could not be written, and why.
pub fn write(path: &Path, text: &str, readers: Readers) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    if path == Path::new("-") {
        return std::io::stdout().write_all(text.as_bytes()).map_err(failed);
    }
    // A device or a pipe, such as /dev/stderr, must not be replaced by a file.
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        return fs::write(path, text).map_err(failed);
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let mode = match readers {
        Readers::All => 0o644,
        Readers::Owner => 0o600,
    };
    let mut file = tempfile::Builder::new()
        .prefix(".leh-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_secret_is_for_its_owner_even_where_a_public_one_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/bundle.json");
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        write(&file, "public", Readers::All).unwrap();
        assert_eq!(mode() & 0o600, 0o600);
        write(&file, "secret", Readers::Owner).unwrap();
        assert_eq!(mode(), 0o600);
        assert_eq!(fs::read_to_string(&file).unwrap(), "secret");
    }

    #[test]
    fn where_nothing_can_be_written_the_path_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(folder.path(), "x", Readers::All).unwrap_err();
        assert!(
            error.contains(&folder.path().display().to_string()),
            "{error}"
        );
    }
}
