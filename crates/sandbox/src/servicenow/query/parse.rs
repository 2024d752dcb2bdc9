//! Reads the text of an encoded query into conditions and orders.
//!
//! Owns the grammar and nothing else: it does not know which fields exist. What cannot be read is
//! left out without a word, as the platform does.
//! Source: reference sections 4.1 and 4.2; ServiceNow, "Operators available for filters and queries".

/// Most pieces of one query that are read; what follows is left out. The official Python client's
/// own tests send 2,301 at once.
const PIECES_MAX: usize = 20_000;

/// How a field is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Equals,
    NotEquals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    ContainsNot,
    StartsWith,
    EndsWith,
    In,
    NotIn,
    IsEmpty,
    IsNotEmpty,
    Anything,
    Between,
    SameAs,
    NotSameAs,
    GreaterField,
    LessField,
    GreaterOrEqualField,
    LessOrEqualField,
    MoreThan,
    LessThan,
    On,
    NotOn,
    RelativeGreater,
    RelativeGreaterOrEqual,
    RelativeLess,
    RelativeLessOrEqual,
    RelativeEquals,
    DatePart,
    Dynamic,
    InstanceOf,
    InHierarchy,
    InHierarchyDynamic,
    /// Full text over the whole record.
    Text,
    /// Means something in conditions of rules only; ignored here.
    Ignored,
}

/// Spellings of operators, longer ones before those they begin with.
const OPERATORS: &[(&str, Op)] = &[
    ("GT_OR_EQUALS_FIELD", Op::GreaterOrEqualField),
    ("LT_OR_EQUALS_FIELD", Op::LessOrEqualField),
    ("GT_FIELD", Op::GreaterField),
    ("LT_FIELD", Op::LessField),
    ("DOES NOT CONTAIN", Op::ContainsNot),
    ("NOT LIKE", Op::ContainsNot),
    ("NOTLIKE", Op::ContainsNot),
    ("NOT IN", Op::NotIn),
    ("NOTIN", Op::NotIn),
    ("NOTON", Op::NotOn),
    ("ISNOTEMPTY", Op::IsNotEmpty),
    ("ISEMPTY", Op::IsEmpty),
    ("EMPTYSTRING", Op::IsEmpty),
    ("STARTSWITH", Op::StartsWith),
    ("ENDSWITH", Op::EndsWith),
    ("INSTANCEOF", Op::InstanceOf),
    ("IN_HIERARCHY_DYNAMIC", Op::InHierarchyDynamic),
    ("IN_HIERARCHY", Op::InHierarchy),
    ("CONTAINS", Op::Contains),
    ("LIKE", Op::Contains),
    ("ANYTHING", Op::Anything),
    ("BETWEEN", Op::Between),
    ("NSAMEAS", Op::NotSameAs),
    ("SAMEAS", Op::SameAs),
    ("MORETHAN", Op::MoreThan),
    ("LESSTHAN", Op::LessThan),
    ("RELATIVEGT", Op::RelativeGreater),
    ("RELATIVEGE", Op::RelativeGreaterOrEqual),
    ("RELATIVELT", Op::RelativeLess),
    ("RELATIVELE", Op::RelativeLessOrEqual),
    ("RELATIVEEE", Op::RelativeEquals),
    ("DATEPART", Op::DatePart),
    ("DYNAMIC", Op::Dynamic),
    ("VALCHANGES", Op::Ignored),
    ("CHANGESFROM", Op::Ignored),
    ("CHANGESTO", Op::Ignored),
    ("DOESNOTHAVE", Op::Ignored),
    ("EXCLUDING", Op::Ignored),
    ("ON", Op::On),
    ("IN", Op::In),
    ("!=", Op::NotEquals),
    ("!*", Op::ContainsNot),
    ("*", Op::Contains),
    ("%", Op::EndsWith),
    ("<=", Op::LessOrEqual),
    (">=", Op::GreaterOrEqual),
    ("=", Op::Equals),
    ("<", Op::Less),
    (">", Op::Greater),
];

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) op: Op,
    pub(crate) value: String,
}

/// How many rows of another table must refer to the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Related {
    pub(crate) table: String,
    pub(crate) field: String,
    pub(crate) op: Op,
    pub(crate) count: usize,
    pub(crate) only: Query,
}

/// A field of the record that must be found in a column of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Join {
    pub(crate) own: String,
    pub(crate) table: String,
    pub(crate) field: String,
    pub(crate) only: Query,
}

/// What must hold together: alternatives of conditions, related rows, joins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Group {
    /// Each entry is a condition with the alternatives glued to it by `^OR`.
    pub(crate) items: Vec<Vec<Condition>>,
    pub(crate) related: Vec<Related>,
    pub(crate) joins: Vec<Join>,
}

/// A field the rows are sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) field: String,
    pub(crate) descending: bool,
}

/// A whole query; its groups are alternatives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) groups: Vec<Group>,
    pub(crate) orders: Vec<Order>,
    /// Fields named by `GROUPBY`; only the Aggregate API looks at them.
    pub(crate) groupings: Vec<String>,
    /// Whether a piece could not be read.
    pub(crate) malformed: bool,
}

impl Group {
    fn is_empty(&self) -> bool {
        self.items.is_empty() && self.related.is_empty() && self.joins.is_empty()
    }
}

/// Reads a query. Never fails: pieces that say nothing are skipped.
pub(crate) fn parse(text: &str) -> Query {
    let pieces: Vec<&str> = text.split('^').filter(|piece| !piece.is_empty()).take(PIECES_MAX).collect();
    pieces_to_query(&pieces)
}

fn pieces_to_query(pieces: &[&str]) -> Query {
    let mut query = Query { groups: vec![Group::default()], ..Query::default() };
    let mut at = 0;
    while let Some(mut piece) = pieces.get(at).copied() {
        at += 1;
        if let Some(rest) = piece.strip_prefix("NQ") {
            query.groups.push(Group::default());
            piece = rest;
        }
        if let Some(head) = piece.strip_prefix("RLQUERY") {
            let end =
                pieces[at..].iter().position(|one| *one == "ENDRLQUERY").map_or(pieces.len(), |n| at + n);
            // The rows counted are restricted by conditions without related rows of their own.
            let only: Vec<&str> =
                pieces[at..end].iter().copied().filter(|p| !p.starts_with("RLQUERY")).collect();
            match (related(head, &only), query.groups.last_mut()) {
                (Some(related), Some(group)) => group.related.push(related),
                _ => query.malformed = true,
            }
            at = (end + 1).min(pieces.len());
        } else {
            read(&mut query, piece);
        }
    }
    // An alternative without a word, as behind a trailing `^NQ`, is none. One whose pieces could
    // not be read is kept: it restricts nothing.
    if !query.malformed {
        query.groups.retain(|group| !group.is_empty());
    }
    query
}

/// Reads one piece. The order of the tries matters: `ORDERBY` begins with `OR`.
fn read(query: &mut Query, piece: &str) {
    if let Some(field) = piece.strip_prefix("ORDERBYDESC") {
        query.orders.push(Order { field: field.to_owned(), descending: true });
    } else if let Some(field) = piece.strip_prefix("ORDERBY") {
        query.orders.push(Order { field: field.to_owned(), descending: false });
    } else if let Some(rest) = piece.strip_prefix("OR") {
        read_condition(query, rest, true);
    } else if let Some(field) = piece.strip_prefix("GROUPBY") {
        query.groupings.push(field.to_owned());
    } else if piece == "EQ" || piece == "ENDRLQUERY" || piece.starts_with("123TEXTINDEXGROUP321=") {
        // End marks, and a choice of text index that changes no answer here.
    } else if let Some(rest) = piece.strip_prefix("JOIN") {
        match (join(rest), query.groups.last_mut()) {
            (Some(join), Some(group)) => group.joins.push(join),
            _ => query.malformed = true,
        }
    } else {
        read_condition(query, piece, false);
    }
}

fn read_condition(query: &mut Query, piece: &str, alternative: bool) {
    if piece.is_empty() {
        return;
    }
    let (Some(condition), Some(group)) = (condition(piece), query.groups.last_mut()) else {
        query.malformed = true;
        return;
    };
    match group.items.last_mut() {
        Some(item) if alternative => item.push(condition),
        _ => group.items.push(vec![condition]),
    }
}

/// Splits field, operator and value.
fn condition(piece: &str) -> Option<Condition> {
    if let Some(value) = piece.strip_prefix("123TEXTQUERY321=") {
        return Some(Condition { field: String::new(), op: Op::Text, value: value.to_owned() });
    }
    // Field names are lower case, so the first other character begins the operator.
    let plain = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.');
    let split = piece.find(plain)?;
    let (field, rest) = piece.split_at(split);
    if let (Some((op, value)), false) = (operator(rest), field.is_empty()) {
        return Some(Condition { field: field.to_owned(), op, value: value.to_owned() });
    }
    // A name that no system field can have, before a symbol: an unknown field.
    let (field, rest) = piece.split_at(piece.find(['=', '!', '<', '>', '*', '%'])?);
    let (op, value) = operator(rest)?;
    Some(Condition { field: field.to_owned(), op, value: value.to_owned() })
}

/// The operator a text begins with, and what stands behind it. In old forms a mark for *contains* or
/// *ends with* follows the sign.
fn operator(text: &str) -> Option<(Op, &str)> {
    let (spelling, op) = OPERATORS.iter().find(|(spelling, _)| text.starts_with(spelling))?;
    let value = &text[spelling.len()..];
    Some(match (op, value.split_at_checked(1)) {
        (Op::Equals, Some(("*", part))) if !part.is_empty() => (Op::Contains, part),
        (Op::Equals, Some(("%", part))) if !part.is_empty() => (Op::EndsWith, part),
        (Op::NotEquals, Some(("*", part))) if !part.is_empty() => (Op::ContainsNot, part),
        _ => (*op, value),
    })
}

/// `table.field,>=1[,m2m][,condition]` with the conditions that follow up to the end mark.
fn related(head: &str, only: &[&str]) -> Option<Related> {
    let mut parts = head.splitn(3, ',');
    let (table, field) = parts.next()?.split_once('.')?;
    let (op, count) = operator(parts.next()?)?;
    let count = count.trim().parse().ok()?;
    let rest = parts.next().unwrap_or_default();
    let inline = rest.strip_prefix("m2m").map_or(rest, |rest| rest.trim_start_matches(','));
    let only: Vec<&str> =
        Some(inline).filter(|piece| !piece.is_empty()).into_iter().chain(only.iter().copied()).collect();
    Some(Related {
        table: table.to_owned(),
        field: field.to_owned(),
        op,
        count,
        only: pieces_to_query(&only),
    })
}

/// `a.own=table.field!condition`.
fn join(rest: &str) -> Option<Join> {
    let (head, only) = rest.split_once('!').unwrap_or((rest, ""));
    let (left, right) = head.split_once('=')?;
    let (_, own) = left.split_once('.')?;
    let (table, field) = right.split_once('.')?;
    let only: Vec<&str> = if only.is_empty() { Vec::new() } else { vec![only] };
    Some(Join {
        own: own.to_owned(),
        table: table.to_owned(),
        field: field.to_owned(),
        only: pieces_to_query(&only),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a query back in a form that shows how it was understood.
    fn shown(query: &Query) -> String {
        let group = |group: &Group| {
            let items = group.items.iter().map(|item| {
                let all: Vec<String> =
                    item.iter().map(|c| format!("{} {:?} {:?}", c.field, c.op, c.value)).collect();
                all.join(" or ")
            });
            let related =
                group.related.iter().map(|r| format!("{}.{} {:?} {}", r.table, r.field, r.op, r.count));
            let joins = group.joins.iter().map(|j| format!("{} in {}.{}", j.own, j.table, j.field));
            items.chain(related).chain(joins).collect::<Vec<_>>().join(" and ")
        };
        let mut text = query.groups.iter().map(group).collect::<Vec<_>>().join(" OR ");
        for order in &query.orders {
            text.push_str(&format!(" by {}{}", order.field, if order.descending { " desc" } else { "" }));
        }
        text
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(shown(&parse(text)), expected, "{text}");
    }

    #[test]
    fn fields_operators_and_values_are_told_apart() {
        check("active=true", r#"active Equals "true""#);
        check("stateIN1,2", r#"state In "1,2""#);
        check("stateNOT IN1,2", r#"state NotIn "1,2""#);
        check("nameLIKEx y", r#"name Contains "x y""#);
        check("nameNOT LIKEx", r#"name ContainsNot "x""#);
        check("caller_id.department.name=Sales", r#"caller_id.department.name Equals "Sales""#);
        check("assigned_toISEMPTY", r#"assigned_to IsEmpty """#);
        check("sys_class_nameINSTANCEOFtask", r#"sys_class_name InstanceOf "task""#);
        check("sys_created_onONToday@javascript:a()@b", r#"sys_created_on On "Today@javascript:a()@b""#);
        check("sys_mod_count>=3", r#"sys_mod_count GreaterOrEqual "3""#);
        check("state!=7", r#"state NotEquals "7""#);
        check("xNSAMEASy", r#"x NotSameAs "y""#);
        check("close_code=", r#"close_code Equals """#);
        check("123TEXTQUERY321=vpn", r#" Text "vpn""#);
        check("AAAA=BBBB", r#"AAAA Equals "BBBB""#);
        check("name*x", r#"name Contains "x""#);
        check("name=*x", r#"name Contains "x""#);
        check("name!*x", r#"name ContainsNot "x""#);
        check("name%x", r#"name EndsWith "x""#);
        check("managerIN_HIERARCHYh@u", r#"manager InHierarchy "h@u""#);
        check("stateIS1", "");
    }

    #[test]
    fn or_binds_to_the_condition_on_its_left_and_nq_begins_an_alternative() {
        check("a=1^b=2^ORc=3", r#"a Equals "1" and b Equals "2" or c Equals "3""#);
        check("a=1^NQb=2^c=3", r#"a Equals "1" OR b Equals "2" and c Equals "3""#);
        check("a=1^NQ", r#"a Equals "1""#);
        check("^NQa=1^NQORDERBYb", r#"a Equals "1" by b"#);
    }

    #[test]
    fn orders_are_tried_before_or_and_end_marks_and_empty_pieces_say_nothing() {
        check("a=1^ORDERBYb^ORDERBYDESCc^EQ", r#"a Equals "1" by b by c desc"#);
        check("^^^a=1^^GROUPBYb", r#"a Equals "1""#);
        check("", "");
        check("nonsense", "");
        check("^NQ^OR^ORDERBY", " by ");
    }

    #[test]
    fn related_lists_and_joins_are_read() {
        check(
            "RLQUERYsys_user_grmember.user,>=1^active=true^ENDRLQUERY^a=1",
            r#"a Equals "1" and sys_user_grmember.user GreaterOrEqual 1"#,
        );
        check("RLQUERYincident.problem_id,>=1,priority=1^ENDRLQUERY", "incident.problem_id GreaterOrEqual 1");
        check("JOINsys_user.sys_id=sys_user_group.manager!active=true", "sys_id in sys_user_group.manager");
    }
}
