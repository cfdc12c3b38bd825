//! What Spark and Hadoop are told about an object store, made into what the client wants.

use std::collections::BTreeMap;
use std::net::IpAddr;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;

use crate::StoreError;
use crate::error::{Doing, Task};

/// Classes of credentials providers that need nothing but what is looked for anyhow. Both families of packages.
const KNOWN_PROVIDERS: [&str; 11] = [
    "SimpleAWSCredentialsProvider",
    "TemporaryAWSCredentialsProvider",
    "EnvironmentVariableCredentialsProvider",
    "IAMInstanceCredentialsProvider",
    "InstanceProfileCredentialsProvider",
    "EC2ContainerCredentialsProviderWrapper",
    "ContainerCredentialsProvider",
    "WebIdentityTokenCredentialsProvider",
    "WebIdentityTokenFileCredentialsProvider",
    "DefaultAWSCredentialsProviderChain",
    "DefaultCredentialsProvider",
];

/// Hadoop's provider that signs nothing.
const ANONYMOUS: &str = "AnonymousAWSCredentialsProvider";

/// An object store, as an operator names it.
#[derive(Clone, Debug)]
pub struct S3Settings {
    pub(super) place: String,
    pub(super) prefix: Path,
    pub(super) builder: AmazonS3Builder,
    pub(super) tls: bool,
    /// How the address of the service begins that knows this machine's credentials.
    pub(super) metadata: String,
    notes: Vec<String>,
}

impl S3Settings {
    /// Reads `s3a://bucket/prefix` (or `s3://`), the properties `spark.hadoop.fs.s3a.*`, where those of
    /// `spark.hadoop.fs.s3a.bucket.NAME.*` come first, and the environment's `AWS_*` (those of a web identity too).
    ///
    /// # Errors
    /// Permanent ones, when the URL or a value makes no sense.
    pub fn new(
        url: &str,
        properties: &BTreeMap<String, String>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let task = Task::new(Doing::Open, "the store", url);
        let bad_url = || task.permanent("this names no bucket", "Write s3a://BUCKET/PREFIX.");
        let rest = url.strip_prefix("s3a://").or_else(|| url.strip_prefix("s3://")).ok_or_else(bad_url)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || bucket.contains(['@', ':', '?']) {
            return Err(bad_url());
        }
        let prefix = Path::parse(prefix.trim_matches('/'))
            .map_err(|error| task.permanent(error, "Write s3a://BUCKET/PREFIX."))?;
        let hadoop = Hadoop { properties, bucket };
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
        for (key, value) in environment.into_iter().filter(|(key, _)| key.starts_with("AWS_")) {
            if let Ok(key) = key.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
        builder = hadoop.credentials(builder);
        let (builder, notes) = hadoop.provider(builder);
        let (builder, endpoint) = hadoop.endpoint(builder);
        let tls = !endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let place = match &endpoint {
            Some(endpoint) => format!("{url} at {endpoint}"),
            None => url.to_owned(),
        };
        let metadata = builder.get_config_value(&AmazonS3ConfigKey::MetadataEndpoint);
        let metadata =
            metadata.as_deref().map_or("169.254.", |url| url.split_once("://").unwrap_or(("", url)).1);
        let metadata = metadata.trim_end_matches('/').to_owned();
        Ok(Self { place, prefix, builder, tls, metadata, notes })
    }

    /// What was set and is not heeded: sentences for the log.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Hadoop's properties for one bucket.
struct Hadoop<'a> {
    properties: &'a BTreeMap<String, String>,
    bucket: &'a str,
}

impl Hadoop<'_> {
    /// The value of `fs.s3a.KEY`, that of the bucket before that of all.
    fn value(&self, key: &str) -> Option<&str> {
        let of = |name: String| self.properties.get(&name).map(|value| value.trim());
        of(format!("spark.hadoop.fs.s3a.bucket.{}.{key}", self.bucket))
            .or_else(|| of(format!("spark.hadoop.fs.s3a.{key}")))
            .filter(|value| !value.is_empty())
    }

    fn credentials(&self, mut builder: AmazonS3Builder) -> AmazonS3Builder {
        if let (Some(key), Some(secret)) = (self.value("access.key"), self.value("secret.key")) {
            // A token of the environment belongs to the key of the environment.
            builder = builder
                .with_access_key_id(key)
                .with_secret_access_key(secret)
                .with_token(self.value("session.token").unwrap_or_default());
        }
        builder
    }

    fn provider(&self, mut builder: AmazonS3Builder) -> (AmazonS3Builder, Vec<String>) {
        let mut notes = Vec::new();
        for class in self.value("aws.credentials.provider").unwrap_or_default().split(',').map(str::trim) {
            let simple = class.rsplit(['.', '$']).next().unwrap_or_default();
            if simple == ANONYMOUS {
                builder = builder.with_skip_signature(true);
            } else if !class.is_empty() && !KNOWN_PROVIDERS.contains(&simple) {
                notes.push(format!(
                    "fs.s3a.aws.credentials.provider names {class}, which only a JVM could load. Credentials are \
                     looked for in fs.s3a.access.key, in AWS_ACCESS_KEY_ID, in a web identity and in the machine's \
                     metadata service"
                ));
            }
        }
        (builder, notes)
    }

    /// Where requests go; `None` is Amazon's own address.
    fn endpoint(&self, mut builder: AmazonS3Builder) -> (AmazonS3Builder, Option<String>) {
        if let Some(region) = self.value("endpoint.region") {
            builder = builder.with_region(region);
        }
        let path_style = self.value("path.style.access") == Some("true");
        let of_environment = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint]
            .iter()
            .find_map(|key| builder.get_config_value(key));
        let Some(endpoint) = self.value("endpoint").map(str::to_owned).or(of_environment) else {
            return (
                builder.with_virtual_hosted_style_request(!path_style && !self.bucket.contains('.')),
                None,
            );
        };
        let (scheme, host) = match endpoint.split_once("://") {
            Some((scheme, host)) => (scheme, host),
            None if self.value("connection.ssl.enabled") == Some("false") => ("http", endpoint.as_str()),
            None => ("https", endpoint.as_str()),
        };
        let host = host.trim_end_matches('/');
        // As Amazon's own SDK does: no certificate and no name server knows a bucket under these.
        let path_style = path_style || is_address(host) || self.bucket.contains('.');
        let place = format!("{scheme}://{host}");
        let address = if path_style { place.clone() } else { format!("{scheme}://{}.{host}", self.bucket) };
        let builder = builder
            .with_config(AmazonS3ConfigKey::S3Endpoint, address)
            .with_virtual_hosted_style_request(!path_style);
        (builder, Some(place))
    }
}

fn is_address(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests;
