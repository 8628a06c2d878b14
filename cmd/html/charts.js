// Charts by uPlot. A chart is made anew when the filters or the theme change: all are small.
"use strict";

const COLORS = {
	light: ["#1f6feb", "#d1570f", "#1a7f37", "#8250df", "#bf3989", "#0b7285", "#9a6700", "#cf222e", "#57606a",
		"#3b8eea", "#6f8f00", "#b35900", "#5e4db2", "#a0522d"],
	dark: ["#6cb2ff", "#ffa25c", "#5fd07f", "#c4a3ff", "#ff8ccb", "#5cc8dd", "#e3b341", "#ff8f85", "#a9b4c0",
		"#9cd0ff", "#b7d34c", "#ffc38a", "#a99cf0", "#d9a07c"],
};
const UTC = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC");
const theme = () => document.documentElement.classList.contains("dark") ? "dark" : "light";
const colorOf = (index) => COLORS[theme()][index % COLORS[theme()].length];
const charts = new Map();

function variable(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(more) {
	return { stroke: variable("--quiet"), grid: { stroke: variable("--line"), width: 1 },
		ticks: { stroke: variable("--line"), width: 1 }, ...more };
}

function draw(place, options, data) {
	const box = document.getElementById(place);
	charts.get(place)?.destroy();
	charts.delete(place);
	box.replaceChildren();
	if (!data[0].length) {
		box.append(element("p", { class: "quiet" }, "Nothing to draw."));
		return;
	}
	charts.set(place, new uPlot({
		width: box.clientWidth, height: 280, tzDate: UTC, ...options,
	}, data, box));
}

function fitCharts() {
	for (const [place, chart] of charts)
		chart.setSize({ width: document.getElementById(place).clientWidth, height: chart.height });
}

const monthStart = (month) => Date.UTC(+month.slice(0, 4), +month.slice(5) - 1) / 1000;

// series: {label, values, index: of its color}
function monthChart(place, months, series, more) {
	draw(place, {
		scales: { x: { time: true }, y: { range: (_, low, high) => [0, Math.max(high, 1)] } },
		series: [{ label: "Month", value: (_, t) => t === null ? "" : UTC(t).toISOString().slice(0, 7) },
			...series.map((s) => ({ label: s.label, stroke: colorOf(s.index), width: 2,
				points: { show: months.length < 3 }, ...more?.(s) }))],
		axes: [axis(), axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] })],
	}, [months.map(monthStart), ...series.map((s) => s.values)]);
}

function barChart(place, months, series) {
	const count = series.length;
	monthChart(place, months, series, (s) => ({
		fill: colorOf(s.index) + "99", width: 1, points: { show: false },
		paths: uPlot.paths.bars({ size: [0.8 / count, 30], align: s === series[0] ? -1 : 1 }),
	}));
}

// curves: {label, points: [[x, y]], index}: steps, each with days of its own
function stepChart(place, curves) {
	const days = [...new Set(curves.flatMap((c) => c.points.map(([d]) => d)))].sort((a, b) => a - b);
	const values = curves.map((c) => {
		const at = new Map(c.points), last = c.points[c.points.length - 1][0];
		let now = null;
		return days.map((d) => d > last ? null : now = at.get(d) ?? now);
	});
	draw(place, {
		scales: { x: { time: false }, y: { range: [0, 1] } },
		series: [{ label: "Days", value: (_, d) => d ?? "" },
			...curves.map((c) => ({ label: c.label, stroke: colorOf(c.index), width: 2, points: { show: false },
				paths: uPlot.paths.stepped({ align: 1 }), value: (_, v) => v === null ? "" : percent(v) }))],
		axes: [axis(), axis({ values: (_, ticks) => ticks.map((t) => Math.round(t * 100) + " %") })],
	}, [days, ...values]);
}
