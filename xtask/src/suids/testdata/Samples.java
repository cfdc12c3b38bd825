// Classes in which each rule for a serialVersionUID makes a difference, and a program that says what a JVM makes of them.
//
//     javac --release 8 -Xlint:-options -d . Samples.java && java -cp . Samples > expected.tsv && rm Samples.class
//
// The class files and expected.tsv beside this are what OpenJDK 17 made of it.

import java.io.*;
import java.util.Comparator;

public class Samples {
    public static void main(String[] arguments) throws Exception {
        String[] names = {
            "Plain", "Fields", "Methods", "Initialized", "Declared", "Custom", "External", "Colour", "Outer",
            "Outer$Hidden", "Outer$Guarded", "Outer$Inner", "Child", "Abstract", "Face", "Marker", "Order",
        };
        for (String name : names) {
            Class<?> one = Class.forName(name);
            ObjectStreamClass stream = ObjectStreamClass.lookupAny(one);
            StringBuilder fields = new StringBuilder();
            for (ObjectStreamField field : stream.getFields()) {
                fields.append(fields.length() == 0 ? "" : " ").append(field.getName()).append(':');
                fields.append(field.isPrimitive() ? "" + field.getTypeCode() : field.getTypeString());
            }
            System.out.println(name + "\t" + stream.getSerialVersionUID() + "\t" + (fields.length() == 0 ? "-" : fields));
        }
    }
}

class Plain implements Serializable {}

class Fields implements Serializable {
    private int count; protected long size; public String name; double[][] table; Object[] objects; boolean isThere;
    private static int shared; static String open = null; private transient int hidden; transient volatile int seen;
    private static transient byte both; final char letter = 'x'; public static final int CONSTANT = 7;
}

class Methods implements Serializable, Comparable<Methods>, Cloneable {
    Methods(int first, String... rest) {}
    private Methods() {}
    protected Methods(long only) {}
    private void secret() {}
    public synchronized String spoken(Object it, int[] numbers) { return null; }
    static native int outside(char letter);
    strictfp final double exact() { return 0; }
    void many(String... arguments) {}
    // Two methods in the class file: the compiler adds compareTo(Object).
    public int compareTo(Methods other) { return 0; }
    // And a synthetic one for what the lambda does.
    Comparator<String> by() { return (one, other) -> 0; }
}

class Initialized implements Serializable {
    static Object made = new Object();
}

class Declared implements Serializable {
    private static final long serialVersionUID = -42L;
    String text;
}

class Custom implements Serializable {
    // Not final: Java computes.
    static long serialVersionUID = 5L;
    private void writeObject(ObjectOutputStream to) throws IOException { to.defaultWriteObject(); }
}

class External implements Externalizable {
    int lost;
    public External() {}
    public void writeExternal(ObjectOutput to) {}
    public void readExternal(ObjectInput from) {}
}

enum Colour { RED, GREEN }

class Outer implements Serializable {
    private int secret;
    private static final class Hidden implements Serializable { int field; }
    protected static class Guarded implements Serializable { int field; }
    // Reaches into its outer class: both get members that the compiler made.
    class Inner implements Serializable { int field = secret; }
}

class Child extends Outer implements Marker, Face { public void first() {} }

abstract class Abstract implements Serializable { abstract void open(); }

interface Face extends Serializable { void first(); }

interface Marker extends Serializable {}

class Order implements java.util.RandomAccess, Serializable, Cloneable, Marker { int b; long a; String d; int[] c; }
