//! Spark's own Worker made a process of a captured `LaunchExecutor`: from the same message we make the same process.

use std::sync::Arc;

use model::message::ToWorker;
use model::{
    ApplicationDescription, ApplicationId, DriverDescription, DriverId, ExecutorKey, ResourceProfile, Terms,
};
use wire_deploy::Message;

use super::*;

struct Paths {
    directories: Vec<String>,
    java_options: Option<&'static str>,
}

impl Disk for Paths {
    fn is_directory(&self, path: &str) -> bool {
        self.directories.iter().any(|directory| directory == path)
    }

    fn text(&self, path: &str) -> Result<Option<String>, String> {
        Ok(self.java_options.filter(|_| path.ends_with("/conf/java-opts")).map(str::to_owned))
    }
}

/// A process as `/proc` showed it.
struct Captured {
    argv: Vec<String>,
    environment: BTreeMap<String, String>,
    resources: Option<String>,
}

fn captured(text: &str) -> Captured {
    let section = |title: &str| -> Vec<String> {
        let lines = text.lines().skip_while(|line| !line.starts_with(title)).skip(1);
        lines.take_while(|line| !line.starts_with("# ")).map(str::to_owned).collect()
    };
    let variables = section("# environ");
    let pair = |line: &String| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    Captured {
        argv: section("# argv"),
        environment: variables.iter().filter_map(pair).collect(),
        resources: section("# resources file").pop(),
    }
}

fn received(stream: &[u8]) -> LaunchExecutor {
    match wire_deploy::decode_message(stream).unwrap().0 {
        Message::ToWorker(ToWorker::LaunchExecutor(launch)) => *launch,
        other => panic!("{other:?} is no LaunchExecutor"),
    }
}

fn check(version: &str, stream: &[u8], process: &str) {
    let Captured { argv, environment, resources } = captured(process);
    let launch = received(stream);
    assert_eq!(
        crate::resources_file::text("spark.executor", &launch.resources).as_ref(),
        resources.as_ref(),
        "the file of custom resources"
    );
    // What the Worker's own environment was: the executor's without all that the launch adds to it.
    let mut of_worker = environment.clone();
    of_worker.retain(|name, _| !name.starts_with("SPARK_LOG_URL_"));
    for added in
        ["SPARK_EXECUTOR_DIRS", "SPARK_LAUNCH_WITH_SCALA", "SPARK_EXECUTOR_MEMORY", "OMP_NUM_THREADS"]
    {
        of_worker.remove(added);
    }
    of_worker.insert("SPARK_USER".to_owned(), "the-workers-own".to_owned());
    let jars = ["spark-core_2.13-4.3.0.jar", "slf4j-api-2.0.17.jar", "jul-to-slf4j-2.0.17.jar"];
    let installation = Installation {
        version: SparkVersion::parse(version).unwrap(),
        spark_home: environment["SPARK_HOME"].clone(),
        leading_jars: Installation::leading_jars(version, jars.iter().map(ToString::to_string)),
        java: format!("{}/bin/java", environment["JAVA_HOME"]),
        environment: of_worker,
        module_options: Installation::module_options(version),
        properties: Vec::new(),
    };
    let host = &argv[argv.iter().position(|argument| argument == "--hostname").unwrap() + 1];
    let site =
        Site { address: RpcAddress::new(host.as_str(), 7078), page_url: format!("http://{host}:8081") };
    let after = |name: &str| argv.iter().position(|argument| argument == name).map(|at| argv[at + 1].clone());
    let given = Given {
        local_dirs: vec![environment["SPARK_EXECUTOR_DIRS"].clone()],
        resources_file: after("--resourcesFile"),
    };
    let disk = Paths { directories: vec![environment["SPARK_CONF_DIR"].clone()], java_options: None };

    let made = executor_command(&launch, &installation, &site, &given, &disk).unwrap();
    assert_eq!(made.argv, argv);
    assert_eq!(made.environment, environment);
}

#[test]
fn same_process_as_the_worker_of_3_5_7() {
    let process = include_str!("../../tests/data/executor-process-3.5.7.txt");
    check("3.5.7", include_bytes!("../../tests/data/launch-executor-3.5.7.stream"), process);
}

#[test]
fn same_process_as_the_worker_of_4_3_0() {
    let process = include_str!("../../tests/data/executor-process-4.3.0.txt");
    check("4.3.0", include_bytes!("../../tests/data/launch-executor-4.3.0.stream"), process);
}

/// A captured driver: its `LaunchDriver` had the same options and arguments, with the placeholders in place.
#[test]
fn same_driver_as_the_worker_of_4_3_0() {
    let Captured { argv, environment, .. } =
        captured(include_str!("../../tests/data/driver-process-4.3.0.txt"));
    let main =
        argv.iter().position(|argument| argument == "org.apache.spark.deploy.worker.DriverWrapper").unwrap();
    let (resources_file, options) = argv[4..main].split_last().unwrap();
    let mut of_worker = environment.clone();
    of_worker.retain(|name, _| !name.starts_with("SPARK_DRIVER_LOG_URL_"));
    let driver = DriverId::new("driver-20261120123204-0000");
    let command = Command {
        main_class: argv[main].clone(),
        arguments: [&strings(&["{{WORKER_URL}}", "{{USER_JAR}}"]), &argv[main + 3..]].concat(),
        java_options: options.to_vec(),
        ..Command::default()
    };
    let description = DriverDescription { memory_mib: 512, command, ..DriverDescription::default() };
    let launch = LaunchDriver { driver, description, resources: Vec::new(), terms: Terms::default() };
    let installation = Installation {
        version: SparkVersion::parse("4.3.0").unwrap(),
        spark_home: environment["SPARK_HOME"].clone(),
        leading_jars: strings(&["slf4j-api-2.0.17.jar"]),
        java: format!("{}/bin/java", environment["JAVA_HOME"]),
        environment: of_worker,
        module_options: Installation::module_options("4.3.0"),
        properties: Vec::new(),
    };
    let host = argv[main + 1].strip_prefix("spark://Worker@").unwrap().strip_suffix(":7078").unwrap();
    let site = Site { address: RpcAddress::new(host, 7078), page_url: format!("http://{host}:8081") };
    let disk = Paths { directories: vec![environment["SPARK_CONF_DIR"].clone()], java_options: None };
    let file = resources_file.strip_prefix("-Dspark.driver.resourcesFile=");

    let made = driver_command(&launch, &installation, &site, &argv[main + 2], file, &disk).unwrap();
    // Spark's own Worker leaves it to the submitter to give what Java 17 needs; this one gave a part of it.
    let added = |argument: &&String| {
        installation.module_options.contains(&argument.as_str()) && !argv.contains(argument)
    };
    assert_eq!(made.argv.iter().filter(added).count(), installation.module_options.len() - 9);
    let others: Vec<_> = made.argv.iter().filter(|argument| !added(argument)).cloned().collect();
    assert_eq!(others, argv);
    assert_eq!(made.environment, environment);
}

fn launch(command: Command) -> LaunchExecutor {
    LaunchExecutor {
        master_url: "spark://m:7077".to_owned(),
        executor: ExecutorKey { application: ApplicationId::new("app-1"), executor: 7 },
        profile: 3,
        description: Arc::new(ApplicationDescription {
            name: "test".to_owned(),
            user: "alice".to_owned(),
            max_cores: None,
            command,
            app_ui_url: String::new(),
            event_log_dir: None,
            event_log_codec: None,
            initial_executor_limit: None,
            default_profile: ResourceProfile::default(),
        }),
        cores: 2,
        memory_mib: 1024,
        resources: Vec::new(),
        terms: Terms::default(),
    }
}

fn installation(environment: &[(&str, &str)]) -> Installation {
    Installation {
        version: SparkVersion::parse("3.5.7").unwrap(),
        spark_home: "/spark".to_owned(),
        leading_jars: Vec::new(),
        java: "/jdk/bin/java".to_owned(),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        module_options: Vec::new(),
        properties: Vec::new(),
    }
}

fn made(command: Command, environment: &[(&str, &str)], disk: &Paths) -> Result<CommandLine, String> {
    made_as(&launch(command), environment, disk)
}

fn made_as(
    launch: &LaunchExecutor,
    environment: &[(&str, &str)],
    disk: &Paths,
) -> Result<CommandLine, String> {
    let site = Site { address: RpcAddress::new("w", 1), page_url: "http://w:8081".to_owned() };
    let given = Given { local_dirs: vec!["/a".to_owned(), "/b".to_owned()], resources_file: None };
    executor_command(launch, &installation(environment), &site, &given, disk)
}

fn no_disk() -> Paths {
    Paths { directories: Vec::new(), java_options: None }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn placeholders_are_filled_in() {
    let command = Command {
        arguments: strings(&["{{EXECUTOR_ID}}", "{{HOSTNAME}}", "{{CORES}}", "{{APP_ID}}", "{{WORKER_URL}}"]),
        java_options: strings(&["-Xlog:gc:/tmp/{{APP_ID}}-{{EXECUTOR_ID}}.log", "-Dh={{HOSTNAME}}"]),
        ..Command::default()
    };
    let argv = made(command, &[], &no_disk()).unwrap().argv;
    assert_eq!(argv[4..6], ["-Xlog:gc:/tmp/app-1-7.log", "-Dh={{HOSTNAME}}"]);
    assert_eq!(argv[7..], ["7", "w", "2", "app-1", "spark://Worker@w:1"]);
}

#[test]
fn class_path_has_each_entry_once_and_directories_with_a_slash() {
    let command =
        Command { class_path_entries: strings(&["/extra:/one.jar", "/one.jar"]), ..Command::default() };
    let disk = Paths { directories: strings(&["/extra", "/etc/hadoop"]), java_options: None };
    let environment = [
        ("HADOOP_CONF_DIR", "/etc/hadoop"),
        ("YARN_CONF_DIR", "/etc/hadoop/"),
        ("SPARK_DIST_CLASSPATH", "/x/*"),
    ];
    let argv = made(command, &environment, &disk).unwrap().argv;
    assert_eq!(argv[1..3], ["-cp", "/extra/:/one.jar:/spark/conf:/spark/jars/*:/etc/hadoop/:/x/*"]);
}

#[test]
fn options_of_the_java_opts_file_come_first() {
    let disk = Paths { directories: Vec::new(), java_options: Some("-Xss4m -Da='b c'\n\n-XX:+UseZGC\n") };
    let argv = made(Command::default(), &[], &disk).unwrap().argv;
    assert_eq!(argv[..5], ["/jdk/bin/java", "-Xss4m", "-Da=b c", "-XX:+UseZGC", "-cp"]);
    let disk = Paths { directories: Vec::new(), java_options: Some("-Da='b") };
    let reason = made(Command::default(), &[], &disk).unwrap_err();
    assert!(reason.contains("/spark/conf/java-opts") && reason.contains("-Da='b"), "{reason}");
}

#[test]
fn library_path_goes_in_front_of_what_is_set() {
    let mut command = Command { library_path_entries: strings(&["/l1", "/l2"]), ..Command::default() };
    let of_worker = [("LD_LIBRARY_PATH", "/worker")];
    let path = |command: &Command| made(command.clone(), &of_worker, &no_disk()).unwrap().environment;
    assert_eq!(path(&command)["LD_LIBRARY_PATH"], "/l1:/l2:/worker");
    command.environment = vec![("LD_LIBRARY_PATH".to_owned(), "/app".to_owned())];
    assert_eq!(path(&command)["LD_LIBRARY_PATH"], "/l1:/l2:/app:/worker");
    command.library_path_entries.clear();
    assert_eq!(path(&command)["LD_LIBRARY_PATH"], "/app");
}

#[test]
fn the_applications_java_and_folders_win() {
    let command = Command {
        environment: vec![("JAVA_HOME".to_owned(), "/jdk21".to_owned())],
        java_options: strings(&["-Dspark.authenticate=true", "-Dspark.authenticate.secret=sekret"]),
        ..Command::default()
    };
    let line = made(command, &[("JAVA_HOME", "/jdk"), ("SPARK_CONF_DIR", "/etc/spark")], &no_disk()).unwrap();
    assert_eq!(line.argv[0], "/jdk21/bin/java");
    assert_eq!(line.argv[2], "/etc/spark:/spark/jars/*");
    assert!(
        !line.argv.iter().any(|argument| argument.contains("sekret")),
        "the secret is for nobody to read"
    );
    assert!(line.argv.contains(&"-Dspark.authenticate=true".to_owned()));
    assert_eq!(line.environment["JAVA_HOME"], "/jdk21");
    assert_eq!(line.environment["SPARK_EXECUTOR_DIRS"], "/a:/b");
}

#[test]
fn only_spark_4_puts_its_logging_first() {
    let jars = || strings(&["a.jar", "slf4j-api-2.0.7.jar"]).into_iter();
    assert!(Installation::leading_jars("3.5.7", jars()).is_empty());
    assert_eq!(Installation::leading_jars("4.0.5", jars()), ["slf4j-api-2.0.7.jar"]);
}

#[test]
fn links_lead_through_the_proxy_where_there_is_one() {
    let link = |proxy: Option<Option<&str>>| {
        let proxy = proxy.map(|url| ReverseProxy { url: url.map(str::to_owned) });
        let worker = WorkerId::new("worker-1");
        Site::new(RpcAddress::new("w", 1), "http://w:8081", &worker, proxy.as_ref())
            .log_url("driverId=d", "stdout")
    };
    let tail = "/logPage/?driverId=d&logType=stdout";
    assert_eq!(link(None), format!("http://w:8081{tail}"));
    assert_eq!(link(Some(None)), format!("/proxy/worker-1{tail}"));
    assert_eq!(link(Some(Some("https://gate/spark"))), format!("https://gate/spark/proxy/worker-1{tail}"));
}

#[test]
fn a_process_of_a_chosen_spark_hears_which_it_is_and_keeps_to_it() {
    let of_user = [("SPARK_HOME", "/home/u/spark"), ("SPARK_CONF_DIR", "/home/u/spark/conf")];
    let environment = of_user.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let command = Command { environment, ..Command::default() };
    let of_worker = [("SPARK_HOME", "/spark"), ("SPARK_CONF_DIR", "/spark/conf")];
    let planned = Terms { spark: SparkVersion::parse("3.5.7"), memory_limit_mib: None };

    let line = made(command.clone(), &of_worker, &no_disk()).unwrap();
    assert_eq!(
        (line.environment["SPARK_HOME"].as_str(), line.argv[2].as_str()),
        ("/home/u/spark", "/home/u/spark/conf:/spark/jars/*")
    );
    assert!(!line.environment.contains_key("HEARTH_SPARK_VERSION"));

    let planned_launch = LaunchExecutor { terms: planned.clone(), ..launch(command.clone()) };
    let line = made_as(&planned_launch, &of_worker, &no_disk()).unwrap();
    assert_eq!(
        (line.environment["SPARK_HOME"].as_str(), line.argv[2].as_str()),
        ("/spark", "/spark/conf:/spark/jars/*")
    );
    assert_eq!(line.environment["HEARTH_SPARK_VERSION"], "3.5.7");

    let description = DriverDescription { memory_mib: 512, command, ..DriverDescription::default() };
    let driver = DriverId::new("driver-1");
    let launch = LaunchDriver { driver, description, resources: Vec::new(), terms: planned };
    let site = Site { address: RpcAddress::new("w", 1), page_url: "http://w:8081".to_owned() };
    let line =
        driver_command(&launch, &installation(&of_worker), &site, "/app.jar", None, &no_disk()).unwrap();
    assert_eq!(line.environment["SPARK_HOME"], "/spark");
    let option = "-Dspark.executorEnv.HEARTH_SPARK_VERSION=3.5.7";
    assert!(line.argv.iter().any(|argument| argument == option), "{:?}", line.argv);
}
