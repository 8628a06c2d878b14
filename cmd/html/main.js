// The sections of the page: what each shows of the data that the filters leave.
"use strict";

const place = { name: "Place", of: (r) => r.path, show: (r) => fileLink(r.repo, r.path, r.line), class: "wide" };
const code = { name: "Code", of: (r) => r.snippet, show: (r) => element("code", null, r.snippet), class: "wide" };
const rule = { name: "Rule", of: (r) => r.rule, show: (r) => ruleLink(r.rule), class: "nowrap" };
const level = { name: "Level", of: (r) => LEVELS.indexOf(r.level), show: (r) => levelCell(r.level) };
const plain = (name, key) => ({ name, of: (r) => r[key], class: "number" });
const day = (name, key) => ({ name, of: (r) => r[key], show: (r) => dayOf(r[key]), class: "nowrap" });
const commit = (key) => ({ name: "Commit", of: (r) => r[key], class: "nowrap",
	show: (r) => commitLink(r.repo, r[key]) });

// ---- headline ----

function change(now, then, label) {
	const n = now - then;
	return element("small", { class: n > 0 ? "worse" : n < 0 ? "better" : "" },
		`${n > 0 ? "+" : n < 0 ? "−" : "±"}${number(Math.abs(n))} ${label}`);
}

function tile(label, value, ...notes) {
	return element("div", { class: "tile" }, element("small", null, label), element("b", null, value),
		...notes.map((n) => typeof n === "string" ? element("small", null, n) : n));
}

function showTiles() {
	const openNow = select("open").filter((r) => r.state === "open");
	const past = (days) => sum(select("then").filter((r) => r.days === days), "open");
	const flow = select("flow");
	const within = (days, key) => sum(flow.filter((r) => r.days <= days), key);
	const known = all.known.filter(passes);
	const unknown = sum(known, "bytes_unknown") / Math.max(1, sum(known, "bytes"));
	const errors = openNow.filter((r) => r.level === "error").length;

	document.getElementById("tiles").replaceChildren(
		tile("Open now", number(openNow.length), `${number(errors)} errors`),
		tile("Change", number(openNow.length - past(7)), change(openNow.length, past(7), "in a week"),
			change(openNow.length, past(30), "in a month"), change(openNow.length, past(365), "in a year")),
		tile("Introduced, last 30 days", number(within(30, "introduced")),
			`${number(within(365, "introduced"))} in a year`),
		tile("Fixed, last 30 days", number(within(30, "fixed")), `${number(within(365, "fixed"))} in a year`),
		tile("Silenced by comments",
			number(select("open").filter((r) => r.state === "suppressed").length)),
		tile("Not analysable", percent(unknown), "of all Python bytes in the history"));
}

// ---- charts ----

function monthly(rows) {
	const months = [...new Set(all.months.filter((r) => !filters.repo || r.repo === filters.repo)
		.map((r) => r.month))].sort();
	const at = new Map(months.map((m, i) => [m, i]));
	return { months, collect: (wanted, key) => {
		const values = new Array(months.length).fill(0);
		for (const r of wanted) values[at.get(r.month)] += r[key];
		return values;
	}, rows };
}

const trendTable = new Table("trend-table", "Open findings by month and category", [
	{ name: "Month", of: (r) => r.month }, { name: "Category", of: (r) => r.category }, plain("Open", "open"),
	plain("Introduced", "introduced"), plain("Fixed", "fixed"), plain("Of these silenced", "suppressed")], 0);

function showTrend() {
	const { months, collect, rows } = monthly(select("months"));
	const present = categories.map(([slug, title], index) =>
		({ slug, label: title, index, values: collect(rows.filter((r) => r.category === slug), "open") }))
		.filter((s) => s.values.some((v) => v));
	monthChart("trend-chart", months, present);
	trendTable.show([...groupBy(rows, (r) => `${r.month} ${r.category}`).values()].map((g) => ({
		month: g[0].month, category: g[0].category, open: sum(g, "open"), introduced: sum(g, "introduced"),
		fixed: sum(g, "fixed"), suppressed: sum(g, "suppressed") }))
		.filter((r) => r.open || r.introduced || r.fixed));
}

const flowTable = new Table("flow-table", "Introduced and fixed by month", [
	{ name: "Month", of: (r) => r.month }, plain("Introduced", "introduced"), plain("Fixed", "fixed"),
	plain("Open at its end", "open")], 0);

function showFlow() {
	const { months, collect, rows } = monthly(select("months"));
	const introduced = collect(rows, "introduced"), fixed = collect(rows, "fixed"), open = collect(rows, "open");
	barChart("flow-chart", months, [{ label: "Introduced", index: 1, values: introduced },
		{ label: "Fixed", index: 2, values: fixed }]);
	flowTable.show(months.map((month, i) =>
		({ month, introduced: introduced[i], fixed: fixed[i], open: open[i] })));
}

const lifeTable = new Table("life-table", "Survival by category", [
	{ name: "Category", of: (r) => r.label }, plain("Findings", "count"), plain("Ended", "ended"),
	plain("Half-life, days", "half"),
	...[[30, "a month"], [91, "a quarter"], [365, "a year"], [1095, "three years"]].map(([days, name]) =>
		({ name: `After ${name}`, of: (r) => aliveAt(r.points, days), class: "number",
			show: (r) => percent(aliveAt(r.points, days)) }))], 1);

function showLife() {
	const rows = select("lives");
	const curves = [["", "All", rows, 8], ...categories.map(([slug, title], i) =>
		[slug, title, rows.filter((r) => r.category === slug), i])]
		.filter(([, , some]) => some.length)
		.map(([, label, some, index]) => ({ label, index, points: survival(some), count: sum(some, "count"),
			ended: sum(some.filter((r) => r.ended), "count") }));
	for (const c of curves) c.half = halfLife(c.points);
	stepChart("life-chart", curves);
	lifeTable.show(curves);
}

// ---- tables ----

const newTable = new Table("new-table", "Regressions", [day("Committed", "at"), level, rule, place, code,
	{ name: "Author", of: (r) => r.author }, commit("commit_oid"),
	{ name: "What happened", of: (r) => r.kind, show: (r) => r.kind.replaceAll("_", " ") },
	{ name: "Now", of: (r) => r.state }], 0);

function showNew() {
	const rows = select("regressions").filter((r) => found(r, ["path", "rule", "author", "snippet", "summary"]));
	const total = all.regressions.length;
	document.getElementById("new-about").textContent =
		`What commits since ${dayOf(page.since)} added or brought back` +
		(total >= page.limit ? `: the latest ${number(total)}.` : ".");
	newTable.show(rows);
}

function showPeople() {
	const rows = select("authors").filter((r) => found(r, ["author"]));
	const shown = categories.filter(([slug]) => rows.some((r) => r.category === slug));
	const columns = [
		{ name: "Author", of: (r) => r.author + (r.is_bot ? " (bot)" : "") },
		plain("Introduced", "introduced"), plain("Fixed", "fixed"), plain("Still open", "open"),
		{ name: "Rate", of: (r) => r.lines < 1000 ? -1 : r.introduced * 1000 / r.lines, class: "number",
			show: (r) => r.lines < 1000 ? element("span", { class: "small" }, "small sample")
				: (r.introduced * 1000 / r.lines).toFixed(2) },
		...shown.map(([slug, title]) => ({ name: title, of: (r) => r.by.get(slug)?.introduced ?? 0,
			class: "number", show: (r) => r.by.has(slug)
				? `${r.by.get(slug).introduced} / ${r.by.get(slug).fixed}` : "" })),
	];
	const people = [...groupBy(rows, (r) => `${r.repo}\n${r.author}\n${r.is_bot}`).values()].map((g) => ({
		author: g[0].author, is_bot: g[0].is_bot, lines: g[0].lines, introduced: sum(g, "introduced"),
		fixed: sum(g, "fixed"), open: sum(g, "open"),
		by: new Map([...groupBy(g, (r) => r.category)].map(([slug, some]) =>
			[slug, { introduced: sum(some, "introduced"), fixed: sum(some, "fixed") }])) }));
	new Table("people-table", "Authors and categories", columns, 1).show(people);
}

function showPlaces() {
	const rows = select("places").filter((r) => found(r, ["path"]));
	const files = [...groupBy(rows, (r) => `${r.repo}\n${r.path}`).values()].map((g) => ({ path: g[0].path,
		repo: g[0].repo, line: 1, open: sum(g, "open"), ever: sum(g, "ever"), fixed: sum(g, "fixed"),
		returned: sum(g, "returned") })).filter((r) => r.open);
	const most = Math.max(0, ...files.map((f) => f.open));
	new Table("places-table", "Hotspots", [
		{ name: "File", of: (r) => r.path, show: (r) => fileLink(r.repo, r.path, 1), class: "wide" },
		{ name: "Open", of: (r) => r.open, show: (r) => barCell(r.open, most), class: "nowrap" },
		plain("Ever", "ever"), plain("Fixed", "fixed"), plain("Came back", "returned")], 1).show(files);
}

const openTable = new Table("open-table", "Open findings", [level, rule, place, code,
	{ name: "In", of: (r) => r.scope, class: "wide" }, plain("Age, days", "age_days"),
	{ name: "Introduced by", of: (r) => r.author }, commit("commit_oid"),
	{ name: "State", of: (r) => r.state }], 0);

const knownTable = new Table("known-table", "What could be analysed", [
	{ name: "Analysed", of: (r) => r.status }, { name: "Why not", of: (r) => r.reason },
	plain("Versions of files", "blobs"), plain("Bytes", "bytes"), plain("Bytes unknown", "bytes_unknown"),
	{ name: "Repository", of: (r) => r.repo }], 2);

function showRules() {
	const used = new Set([...select("open"), ...select("regressions")].map((r) => r.rule));
	document.getElementById("rules-list").replaceChildren(...page.rules.filter((r) => used.has(r.id)).map((r) =>
		element("details", { class: "rule", id: `rule-${r.id}` },
			element("summary", null, element("b", null, r.id), ` — ${r.title} `, levelCell(r.level)),
			element("div", null, element("p", null, r.why), element("p", null, r.fix)))));
}

// ---- together ----

function showTables() {
	showNew();
	showPeople();
	showPlaces();
	openTable.show(select("open").filter((r) => found(r, ["path", "rule", "author", "snippet", "scope"])));
}

function showAll() {
	showTiles();
	showTrend();
	showFlow();
	showLife();
	showTables();
	knownTable.show(all.known.filter((r) => !filters.repo || r.repo === filters.repo));
	showRules();
}

function fillFilters() {
	const repoBox = document.getElementById("repo"), categoryBox = document.getElementById("category");
	repoBox.append(element("option", { value: "" }, "all"),
		...page.repos.map((r) => element("option", { value: r.name }, r.name)));
	repoBox.closest("label").hidden = page.repos.length < 2;
	categoryBox.append(element("option", { value: "" }, "all"),
		...categories.map(([slug, title]) => element("option", { value: slug }, title)));
	const levelBox = document.getElementById("level");
	for (const option of [...levelBox.options]) if (+option.value < filters.level) option.remove();
	levelBox.value = filters.level;
	for (const [box, key] of [[repoBox, "repo"], [categoryBox, "category"], [levelBox, "level"]])
		box.addEventListener("change", () => {
			filters[key] = key === "level" ? +box.value : box.value;
			showAll();
		});
	let waiting = 0;
	document.getElementById("search").addEventListener("input", (event) => {
		filters.search = event.target.value.trim();
		clearTimeout(waiting);
		waiting = setTimeout(showTables, 120);
	});
	document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
}

function setTheme(dark) {
	const button = document.getElementById("theme");
	document.documentElement.classList.toggle("dark", dark);
	button.setAttribute("aria-pressed", String(dark));
}

// A link to a rule opens its text.
function openTarget() {
	const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
	if (target instanceof HTMLDetailsElement) target.open = true;
}

function start() {
	const first = page.repos[0];
	document.title = page.title;
	document.getElementById("title").textContent = page.title;
	document.getElementById("about").textContent = page.repos.length === 1
		? `${first.ref.replace("refs/heads/", "")}, as of ${dayOf(first.at)}; ${number(first.commits)} commits`
		: `${page.repos.length} repositories`;
	document.getElementById("made").textContent =
		`Made by lapse ${page.version}. Times are UTC. Counts are of ${LEVELS.slice(LEVELS.indexOf(page.level)).join(", ")}.`;
	fillFilters();
	setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
	document.getElementById("theme").addEventListener("click", () => {
		setTheme(theme() === "light");
		showTrend();
		showFlow();
		showLife();
	});
	showAll();
	new ResizeObserver(fitCharts).observe(document.querySelector("main"));
	addEventListener("hashchange", openTarget);
	openTarget();
}

start();
