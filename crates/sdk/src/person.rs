//! People as gates and people sources speak of them. Joins nothing by itself: that is a channel's work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One person, with as much as is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Object id in Azure AD, a GUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure_id: Option<String>,
    /// `sys_id` of the `sys_user` record, 32 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sys_id: Option<String>,
    /// User principal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Name for people to read; never used to identify.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Person {
    /// Reads what an author wrote for a person: an object id, a `sys_id`, or a UPN or mail address.
    ///
    /// A text with `@` fills `upn` only; whether it is a mail address instead is for the join to find.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let text = text.trim();
        let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text.len() == 32 && hex(text) {
            return Self { sys_id: Some(text.to_ascii_lowercase()), ..Self::default() };
        }
        let groups: Vec<&str> = text.split('-').collect();
        if groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
            && groups.iter().all(|group| hex(group))
        {
            return Self { azure_id: Some(text.to_ascii_lowercase()), ..Self::default() };
        }
        Self { upn: Some(text.to_owned()), ..Self::default() }
    }

    /// Whether both are certainly the same person: one identity that both know is equal.
    ///
    /// Two unknown persons are never the same: absent identities do not count.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let same = |left: &Option<String>, right: &Option<String>| matches!((left, right), (Some(left), Some(right)) if left.eq_ignore_ascii_case(right));
        same(&self.azure_id, &other.azure_id)
            || same(&self.sys_id, &other.sys_id)
            || same(&self.upn, &other.upn)
            || same(&self.email, &other.email)
    }

    /// The best words for this person in a message.
    #[must_use]
    pub fn label(&self) -> &str {
        [&self.name, &self.upn, &self.email, &self.sys_id, &self.azure_id]
            .into_iter()
            .flatten()
            .next()
            .map_or("an unnamed person", String::as_str)
    }
}

/// Which attributes of the two systems name the same person; declared once per installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonKey {
    /// Attribute of an Azure AD user.
    pub azure_ad: String,
    /// Field of `sys_user` that holds the same value.
    pub servicenow: String,
}

impl Default for PersonKey {
    fn default() -> Self {
        Self { azure_ad: "userPrincipalName".to_owned(), servicenow: "user_name".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_the_identity_it_has_the_form_of() {
        let guid = "6816F79C-C0A8-0164-01C5-A33BE04BE441";
        assert_eq!(Person::from_text(guid).azure_id, Some(guid.to_ascii_lowercase()));
        let sys_id = "6816f79cc0a8016401c5a33be04be441";
        assert_eq!(Person::from_text(sys_id).sys_id.as_deref(), Some(sys_id));
        assert_eq!(Person::from_text(" ann@contoso.test ").upn.as_deref(), Some("ann@contoso.test"));
    }

    #[test]
    fn persons_with_nothing_in_common_are_not_the_same() {
        let ann = Person { upn: Some("Ann@contoso.test".to_owned()), ..Person::default() };
        let same = Person { upn: Some("ann@contoso.test".to_owned()), ..Person::default() };
        let other = Person { sys_id: Some("1".to_owned()), ..Person::default() };
        assert!(ann.is_same(&same));
        assert!(!ann.is_same(&other));
        assert!(!Person::default().is_same(&Person::default()));
    }
}
