//! Versions, as images tell them.

/// The image that gateways name for the injector to replace with the proxy's: a pod that has it still runs no proxy
/// (gateway injection of Istio).
pub const PLACEHOLDER: &str = "auto";

/// The tag of an image without its variant (`1.30.3-distroless` is 1.30.3), its digest where it has no tag; `-` for
/// [`PLACEHOLDER`].
pub fn of_image(image: &str) -> String {
    if image == PLACEHOLDER {
        return "-".to_owned();
    }
    let (image, digest) = image.split_once('@').unwrap_or((image, ""));
    let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    match tag {
        Some(tag) => tag.trim_end_matches("-distroless").trim_end_matches("-debug").to_owned(),
        None if digest.is_empty() => "latest".to_owned(),
        None => digest.to_owned(),
    }
}

/// What an image is called, without registry, folders, tag and digest.
pub fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    name.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_called_by_their_last_part() {
        for image in ["pilot", "pilot:1", "localhost:5000/istio/pilot:1.30.3-distroless", "a/pilot@sha256:abc"] {
            assert_eq!(repository(image), "pilot", "{image}");
        }
    }

    #[test]
    fn versions_are_read_from_images() {
        let table = [
            ("registry.istio.io/release/pilot:1.30.3", "1.30.3"),
            ("localhost:5000/pilot:1.30.3-distroless", "1.30.3"),
            ("localhost:5000/pilot", "latest"),
            ("auto", "-"),
            ("a/pilot@sha256:abc", "sha256:abc"),
            ("a/pilot:1.29.1@sha256:abc", "1.29.1"),
        ];
        for (image, version) in table {
            assert_eq!(of_image(image), version, "{image}");
        }
    }
}
