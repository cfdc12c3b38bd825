//! Graphs made by hand come back as they were, whatever they are.

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::{ClassFlags, Field, FieldKind, Limits, read};

const KINDS: [FieldKind; 10] = [
    FieldKind::Byte,
    FieldKind::Char,
    FieldKind::Double,
    FieldKind::Float,
    FieldKind::Int,
    FieldKind::Long,
    FieldKind::Short,
    FieldKind::Boolean,
    FieldKind::Array,
    FieldKind::Object,
];

/// A recipe: classes by their flags, superclass and fields, then things by what they are and what they point to.
#[derive(Clone, Debug)]
struct Recipe {
    classes: Vec<(u8, usize, Vec<usize>)>,
    things: Vec<(u8, usize, Vec<u64>)>,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let class = (0u8..4, 0usize..8, prop::collection::vec(0..KINDS.len(), 0..4));
    let thing = (0u8..7, 0usize..8, prop::collection::vec(any::<u64>(), 0..6));
    (prop::collection::vec(class, 1..6), prop::collection::vec(thing, 1..40))
        .prop_map(|(classes, things)| Recipe { classes, things })
}

fn build(recipe: &Recipe) -> Graph<'static> {
    let mut graph = Graph::default();
    let signature = graph.add_string(Text::new("Ljava/lang/Object;"));
    let mut classes = Vec::new();
    for (flags, parent, kinds) in &recipe.classes {
        let fields = kinds.iter().enumerate().map(|(at, kind)| Field {
            name: Text::new(format!("f{}_{at}", classes.len())),
            kind: KINDS[*kind],
            signature: KINDS[*kind].width().is_none().then_some(signature),
        });
        let parent = (!classes.is_empty()).then(|| classes.get(*parent).copied()).flatten();
        let flags = [ClassFlags(2), ClassFlags(3), ClassFlags(12), ClassFlags(0)][usize::from(*flags)];
        classes.push(graph.add_class(Text::new("C"), 42, flags, fields.collect(), parent));
    }
    classes.push(graph.add_proxy_class(vec![Text::new("P")], None));
    let array = graph.add_class(Text::new("[Ljava.lang.Object;"), 1, ClassFlags(2), vec![], None);
    let ints = graph.add_class(Text::new("[I"), 1, ClassFlags(2), vec![], None);
    let mut nodes = Vec::new();
    for (what, class, seeds) in &recipe.things {
        let class = classes[class % classes.len()];
        let some = |seed: &u64| nodes.get(*seed as usize % (nodes.len() + 1)).copied();
        let node = match what {
            0 => graph.add_string(Text::new(format!("{seeds:?}\0𝄞"))),
            1 => graph.add_array(array, Elements::References(seeds.iter().map(some).collect())),
            2 => graph.add_class_object(class),
            3 => graph.add_enum(class, Text::new("RED")),
            4 => {
                let bytes = Cow::Owned(seeds.iter().flat_map(|seed| (*seed as u32).to_be_bytes()).collect());
                graph.add_array(ints, Elements::Primitive { kind: FieldKind::Int, bytes })
            }
            _ => graph.add_object(class),
        };
        nodes.push(node);
    }
    fill(&mut graph, recipe, &nodes);
    graph.push(Content::Node(nodes[nodes.len() - 1]));
    graph.push(Content::Reset);
    nodes.iter().for_each(|node| graph.push(Content::Node(*node)));
    graph
}

fn fill(graph: &mut Graph<'static>, recipe: &Recipe, nodes: &[NodeId]) {
    for ((what, _, seeds), node) in recipe.things.iter().zip(nodes) {
        if *what < 5 {
            continue;
        }
        let names: Vec<String> =
            graph.object(*node).unwrap().fields().map(|(name, _)| name.to_string()).collect();
        for (name, seed) in names.iter().zip(seeds) {
            let target = nodes.get(*seed as usize % (nodes.len() + 1));
            let bits = *seed;
            for value in [
                target.map_or(Value::Null, |node| Value::Node(*node)),
                Value::Byte(bits as i8),
                Value::Char(bits as u16),
                Value::Double(f64::from_bits(bits)),
                Value::Float(f32::from_bits(bits as u32)),
                Value::Int(bits as i32),
                Value::Long(bits as i64),
                Value::Short(bits as i16),
                Value::Boolean(bits & 1 == 1),
            ] {
                graph.set_field(*node, name, value);
            }
        }
        for seed in seeds {
            let bytes: Cow<'_, [u8]> = Cow::Owned(vec![7; *seed as usize % 300]);
            graph.append_data(*node, Content::Block { long: bytes.len() > 255, bytes });
            graph.append_data(*node, Content::Node(nodes[*seed as usize % nodes.len()]));
        }
    }
}

/// What can be compared between graphs that number their nodes differently.
fn shape(graph: &Graph<'_>, content: &Content<'_>) -> String {
    let Content::Node(id) = content else { return format!("{content:?}") };
    let class = graph.class_of(*id).map(|class| (class.name.to_string(), class.suid, class.flags));
    let fields = graph.object(*id).map(|object| {
        let fields = object.fields().map(|(name, value)| match value {
            Value::Node(id) => format!("{name}: {:?}", graph.class_of(id).map(|class| class.fields.len())),
            Value::Double(value) => format!("{name}: {:x}", value.to_bits()),
            Value::Float(value) => format!("{name}: {:x}", value.to_bits()),
            value => format!("{name}: {value:?}"),
        });
        fields.collect::<Vec<_>>()
    });
    format!("{class:?} {:?} {fields:?}", graph.text(*id))
}

#[test]
fn a_field_takes_only_values_of_its_kind() {
    let mut graph = Graph::default();
    let field = Field { name: Text::new("n"), kind: FieldKind::Int, signature: None };
    let class = graph.add_class(Text::new("A"), 1, ClassFlags::SERIALIZABLE, vec![field], None);
    let object = graph.add_object(class);
    assert!(!graph.set_field(object, "n", Value::Long(1)));
    assert!(!graph.set_field(object, "m", Value::Int(1)));
    assert!(!graph.append_data(object, Content::Null));
    assert!(graph.set_field(object, "n", Value::Int(1)));
    assert_eq!(graph.object(object).unwrap().field("n"), Some(Value::Int(1)));
}

proptest! {
    #[test]
    fn random_graphs_come_back(recipe in recipe()) {
        let graph = build(&recipe);
        let bytes = write(&graph);
        let read_back = read(&bytes, &Limits::default()).unwrap();
        prop_assert_eq!(write(&read_back), &bytes[..]);
        prop_assert_eq!(read_back.contents().len(), graph.contents().len());
        for (written, read) in graph.contents().iter().zip(read_back.contents()) {
            prop_assert_eq!(shape(&graph, written), shape(&read_back, read));
        }
    }

    #[test]
    fn mutated_streams_are_refused_or_come_back(recipe in recipe(), changes: Vec<(usize, u8)>, cut in 0usize..10_000) {
        let mut bytes = write(&build(&recipe));
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(cut.max(4));
        if let Ok(graph) = read(&bytes, &Limits::default()) {
            prop_assert_eq!(write(&graph), bytes);
        }
    }

    #[test]
    fn random_bytes_are_refused_or_come_back(tail: Vec<u8>) {
        let mut bytes = code::HEADER.to_vec();
        bytes.extend(tail);
        if let Ok(graph) = read(&bytes, &Limits::default()) {
            prop_assert_eq!(write(&graph), bytes);
        }
    }
}
