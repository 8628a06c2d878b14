// The data of the page, and what the filters leave of it. Nothing here touches the document.
"use strict";

const DAY = 86400;
const LEVELS = ["info", "warning", "error"];

const page = JSON.parse(document.getElementById("data").textContent);

// Columns, where a text column that repeats is {of: indices, values: texts}, as objects.
function rowsOf(name) {
	const table = page.data[name];
	const columns = table.columns.map((c) => Array.isArray(c) ? c : c.of.map((i) => i < 0 ? null : c.values[i]));
	const count = columns.length ? columns[0].length : 0;
	const rows = new Array(count);
	for (let i = 0; i < count; i++) {
		const row = {};
		table.names.forEach((key, k) => { row[key] = columns[k][i]; });
		rows[i] = row;
	}
	return rows;
}

const all = {};
for (const name of Object.keys(page.data)) all[name] = rowsOf(name);
const rules = new Map(page.rules.map((r) => [r.id, r]));
const repos = new Map(page.repos.map((r) => [r.name, r]));
const categories = [...new Map(page.rules.map((r) => [r.category, r.category_title]))]
	.sort((a, b) => a[0] < b[0] ? -1 : 1);

const filters = { repo: "", level: LEVELS.indexOf(page.level), category: "", search: "" };

function passes(row) {
	return (!filters.repo || row.repo === filters.repo) &&
		(row.level === undefined || LEVELS.indexOf(row.level) >= filters.level) &&
		(!filters.category || row.category === undefined || row.category === filters.category);
}

// Every word of the search must stand in one of the texts.
function found(row, keys) {
	if (!filters.search) return true;
	const text = keys.map((k) => row[k] ?? "").join("\n").toLowerCase();
	return filters.search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

const select = (name) => all[name].filter(passes);
const sum = (rows, key) => rows.reduce((n, r) => n + r[key], 0);

function groupBy(rows, keyOf) {
	const groups = new Map();
	for (const row of rows) {
		const key = keyOf(row);
		if (groups.has(key)) groups.get(key).push(row);
		else groups.set(key, [row]);
	}
	return groups;
}

// Kaplan-Meier: [days, share alive] from the day of introduction on, of rows {days, ended, count}.
function survival(rows) {
	const byDay = [...groupBy(rows, (r) => r.days)].sort((a, b) => a[0] - b[0]);
	let atRisk = sum(rows, "count"), alive = 1;
	const curve = [[0, 1]];
	for (const [days, group] of byDay) {
		const deaths = sum(group.filter((r) => r.ended), "count");
		if (deaths) curve.push([days, alive *= 1 - deaths / atRisk]);
		atRisk -= sum(group, "count");
	}
	const last = byDay.length ? byDay[byDay.length - 1][0] : 0;
	if (last > curve[curve.length - 1][0]) curve.push([last, alive]);
	return curve;
}

const halfLife = (curve) => (curve.find(([, alive]) => alive <= 0.5) ?? [null])[0];
const aliveAt = (curve, days) => curve[curve.length - 1][0] < days && curve[curve.length - 1][1] > 0 ? null
	: curve.filter(([d]) => d <= days).pop()[1];
