//! What Hadoop's properties and the environment become.

use super::*;

fn settings(url: &str, properties: &[(&str, &str)], environment: &[(&str, &str)]) -> S3Settings {
    let own = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    S3Settings::new(url, &own(properties), own(environment)).unwrap()
}

fn value(settings: &S3Settings, key: AmazonS3ConfigKey) -> String {
    settings.builder.get_config_value(&key).unwrap_or_default()
}

#[test]
fn amazon_is_where_nothing_else_is_said() {
    let settings = settings("s3a://bucket/a/b/", &[], &[("AWS_DEFAULT_REGION", "eu-west-1")]);
    assert_eq!(value(&settings, AmazonS3ConfigKey::Bucket), "bucket");
    assert_eq!(value(&settings, AmazonS3ConfigKey::DefaultRegion), "eu-west-1");
    assert_eq!(settings.prefix.as_ref(), "a/b");
    assert!(settings.tls);
    assert_eq!(value(&settings, AmazonS3ConfigKey::VirtualHostedStyleRequest), "true");
}

#[test]
fn a_bucket_s_own_properties_come_first() {
    let settings = settings(
        "s3://logs",
        &[
            ("spark.hadoop.fs.s3a.access.key", "all"),
            ("spark.hadoop.fs.s3a.secret.key", "secret"),
            ("spark.hadoop.fs.s3a.bucket.logs.access.key", "own"),
            ("spark.hadoop.fs.s3a.bucket.other.access.key", "foreign"),
            ("spark.hadoop.fs.s3a.endpoint.region", "eu-central-1"),
        ],
        &[("AWS_ACCESS_KEY_ID", "environment"), ("AWS_SESSION_TOKEN", "of the environment's key")],
    );
    assert_eq!(value(&settings, AmazonS3ConfigKey::AccessKeyId), "own");
    assert_eq!(value(&settings, AmazonS3ConfigKey::SecretAccessKey), "secret");
    assert_eq!(value(&settings, AmazonS3ConfigKey::Token), "");
    assert_eq!(value(&settings, AmazonS3ConfigKey::Region), "eu-central-1");
}

#[test]
fn endpoints_are_what_hadoop_makes_of_them() {
    let endpoint = |properties: &[(&str, &str)]| {
        let settings = settings("s3a://bucket", properties, &[]);
        (value(&settings, AmazonS3ConfigKey::S3Endpoint), settings.tls)
    };
    let key = "spark.hadoop.fs.s3a.endpoint";
    let path_style = ("spark.hadoop.fs.s3a.path.style.access", "true");
    let plain = ("spark.hadoop.fs.s3a.connection.ssl.enabled", "false");
    assert_eq!(endpoint(&[(key, "minio:9000")]), ("https://bucket.minio:9000".to_owned(), true));
    assert_eq!(endpoint(&[(key, "minio:9000"), plain]), ("http://bucket.minio:9000".to_owned(), false));
    assert_eq!(endpoint(&[(key, "http://minio:9000/"), path_style]), ("http://minio:9000".to_owned(), false));
    assert_eq!(endpoint(&[(key, "http://127.0.0.1:9000")]), ("http://127.0.0.1:9000".to_owned(), false));
    assert_eq!(endpoint(&[(key, "https://[::1]:9000")]), ("https://[::1]:9000".to_owned(), true));
}

#[test]
fn a_web_identity_is_taken_from_the_environment() {
    let settings = settings(
        "s3a://bucket",
        &[],
        &[("AWS_ROLE_ARN", "arn:aws:iam::1:role/spark"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")],
    );
    assert_eq!(value(&settings, AmazonS3ConfigKey::RoleArn), "arn:aws:iam::1:role/spark");
    assert_eq!(value(&settings, AmazonS3ConfigKey::WebIdentityTokenFile), "/var/run/token");
}

#[test]
fn a_provider_that_only_a_jvm_could_load_is_noted() {
    let key = "spark.hadoop.fs.s3a.aws.credentials.provider";
    let known = "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,\
                 software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider";
    assert!(settings("s3a://bucket", &[(key, known)], &[]).notes().is_empty());
    let foreign = settings("s3a://bucket", &[(key, "com.example.Vault")], &[]);
    assert!(foreign.notes()[0].contains("com.example.Vault"));
    let anonymous =
        settings("s3a://bucket", &[(key, "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider")], &[]);
    assert_eq!(value(&anonymous, AmazonS3ConfigKey::SkipSignature), "true");
}

#[test]
fn what_names_no_bucket_is_refused() {
    for url in
        ["s3a://", "s3a:///prefix", "hdfs://bucket/a", "s3a://key:secret@bucket/a", "s3a://bucket/a/../b"]
    {
        let error = S3Settings::new(url, &BTreeMap::new(), []).unwrap_err();
        assert!(!error.is_transient() && error.to_string().contains("s3a://BUCKET"), "{error}");
    }
}
