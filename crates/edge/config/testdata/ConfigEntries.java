import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints, as JSON, each configuration key that a Spark knows and that begins with one of the arguments: its
 * default, which of some texts it refuses, and what it reads in those that mean something else than they say.
 *
 *   java -cp 'SPARK_HOME/jars/*' ConfigEntries.java spark.dead. spark.decommission.enabled spark.deploy. \
 *     spark.executor.logs.rolling. spark.master. spark.metrics.conf spark.metrics.namespace spark.redaction.regex \
 *     spark.standalone. spark.ui.killEnabled spark.ui.reverseProxy spark.worker. > spark-VERSION-keys.json
 */
public class ConfigEntries {
    static final String PACKAGE = "org.apache.spark.internal.config.";
    static final String[] HOLDERS = {"package$", "Deploy$", "Worker$", "UI$", "Status$", "History$", "Network$"};
    static final String[] TEXTS = {"", "-1", "0", "1", "7", "65535", "65536", "2147483647", "2147483648",
        "9223372036854775807", "0.5", "abc", "true", "FALSE", "yes", "10s", "2min", "1h", "1m", "1k", "2g", "1.5g",
        "100 s", "LOCAL", "deny", "CORES_FREE_ASC", "worker_id", "NONE", "app-%s-%04d", "my app-%s", "%d", "a, b"};

    public static void main(String[] prefixes) throws Exception {
        for (String holder : HOLDERS) {
            Class.forName(PACKAGE + holder).getField("MODULE$").get(null);
        }
        Object module = Class.forName(PACKAGE + "ConfigEntry$").getField("MODULE$").get(null);
        Map<?, ?> known = (Map<?, ?>) module.getClass().getMethod("knownConfigs").invoke(module);
        TreeMap<String, Object> keys = new TreeMap<>();
        for (Map.Entry<?, ?> entry : known.entrySet()) {
            for (String prefix : prefixes) {
                if (entry.getKey().toString().startsWith(prefix)) {
                    keys.put(entry.getKey().toString(), entry.getValue());
                }
            }
        }
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, Object> key : keys.entrySet()) {
            lines.add("  " + quoted(key.getKey()) + ": " + described(key.getValue()));
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("{\n" + String.join(",\n", lines) + "\n}");
    }

    static String described(Object entry) throws Exception {
        String usual = (String) method(entry, "defaultValueString").invoke(entry);
        Object converter = method(entry, "valueConverter").invoke(entry);
        Method apply = Class.forName("scala.Function1").getMethod("apply", Object.class);
        List<String> refused = new ArrayList<>();
        List<String> read = new ArrayList<>();
        for (String text : TEXTS) {
            try {
                String value = String.valueOf(apply.invoke(converter, text));
                if (value.startsWith("Some(")) {
                    value = value.substring(5, value.length() - 1);
                }
                if (!value.equals(text)) {
                    read.add(quoted(text) + ": " + quoted(value));
                }
            } catch (InvocationTargetException refusal) {
                refused.add(quoted(text));
            }
        }
        return "{\"default\": " + quoted(usual) + ",\n    \"refused\": [" + String.join(", ", refused)
            + "],\n    \"read\": {" + String.join(", ", read) + "}}";
    }

    static Method method(Object of, String name) throws Exception {
        for (Class<?> one = of.getClass(); one != null; one = one.getSuperclass()) {
            for (Method method : one.getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == 0) {
                    method.setAccessible(true);
                    return method;
                }
            }
        }
        throw new NoSuchMethodException(name);
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
