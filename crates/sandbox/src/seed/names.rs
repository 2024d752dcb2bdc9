//! Names of invented people and groups.

pub(super) const GIVEN: [&str; 40] = [
    "Ada", "Anders", "Anja", "Arne", "Astrid", "Bea", "Bjarne", "Clara", "Dag", "Daniel", "Elin", "Emil",
    "Eva", "Finn", "Greta", "Hanna", "Henrik", "Ida", "Ingrid", "Jan", "Johan", "Karin", "Kasper", "Lars",
    "Lea", "Lukas", "Maja", "Marie", "Mats", "Nina", "Noah", "Olav", "Petra", "Rolf", "Sara", "Silje",
    "Sven", "Tora", "Ulla", "Viktor",
];

pub(super) const SURNAMES: [&str; 50] = [
    "Aas", "Bakke", "Becker", "Berg", "Brandt", "Brown", "Carter", "Dahl", "Davies", "Eide", "Evans", "Falk",
    "Fischer", "Foss", "Gran", "Haas", "Hagen", "Hall", "Hansen", "Hauge", "Hill", "Holm", "Iversen",
    "Jansen", "Kaiser", "Keller", "King", "Klein", "Krog", "Lange", "Lie", "Lund", "Meyer", "Moen", "Moore",
    "Myhre", "Nilsen", "Olsen", "Price", "Richter", "Ruud", "Sand", "Schulz", "Solberg", "Stein", "Strand",
    "Vik", "Weber", "Wood", "Young",
];

pub(super) const TITLES: [&str; 8] =
    ["Engineer", "Analyst", "Consultant", "Specialist", "Coordinator", "Developer", "Technician", "Advisor"];

pub(super) const SUBJECTS: [&str; 10] = [
    "Project",
    "Team",
    "Site",
    "Application",
    "Mailing list",
    "Folder",
    "Printer",
    "Course",
    "Event",
    "Committee",
];
