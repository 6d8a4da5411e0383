// Draws each chart from the table beside it, in the page's colours.
import {
  ArcElement, BarController, BarElement, CategoryScale, Chart, DoughnutController, Filler, Legend, LinearScale,
  LineController, LineElement, PointElement, Tooltip,
} from "chart.js";
import { download } from "./csv.js";

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Filler, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

const KINDS = {
  line: { type: "line" },
  area: { type: "line", fill: true },
  bar: { type: "bar" },
  stacked: { type: "bar", stacked: true },
  rows: { type: "bar", lying: true },
  doughnut: { type: "doughnut" },
};
const drawn = new Map();

export function draw(canvas) {
  drawn.get(canvas)?.destroy();
  const table = document.getElementById(canvas.dataset.table);
  const kind = KINDS[canvas.dataset.chart];
  drawn.set(canvas, new Chart(canvas, configuration(kind, read(table), palette())));
  const button = document.querySelector(`[data-export="${CSS.escape(table.id)}"]`);
  button.hidden = false;
  button.onclick = () => download(table);
}

// Theme and system preference change the colours under the picture.
const redraw = () => [...drawn.keys()].filter((canvas) => canvas.isConnected).forEach(draw);
document.addEventListener("theme:changed", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

function read(table) {
  const rows = [...table.tBodies[0].rows];
  const series = [...table.tHead.rows[0].cells].slice(1).map((head, index) => ({
    label: head.textContent.trim(),
    data: rows.map((row) => Number(row.cells[index + 1].dataset.value)),
    texts: rows.map((row) => row.cells[index + 1].textContent.trim()),
  }));
  return { labels: rows.map((row) => row.cells[0].textContent.trim()), series };
}

function palette() {
  const probe = document.createElement("span");
  // A colour on its way to another one would be read as the first.
  probe.style.transition = "none";
  document.body.append(probe);
  const resolve = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    series: [1, 2, 3, 4, 5, 6].map((number) => resolve(`--vo-chart-${number}`)),
    text: resolve("--vo-muted"), grid: resolve("--tblr-border-color"), ground: resolve("--tblr-bg-surface"),
    fill: resolve("--vo-chart-fill"), font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return colours;
}

function configuration({ type, fill, stacked, lying }, { labels, series }, colours) {
  const round = type === "doughnut";
  const datasets = series.map((one, index) => ({
    ...one, ...(round ? slices(colours) : strokes(type, colours, index)), ...(fill && { fill: true, backgroundColor: colours.fill }),
  }));
  return { type, data: { labels, datasets }, options: options({ round, stacked, lying, many: series.length > 1 }, colours) };
}

const slices = ({ series, ground }) => ({ backgroundColor: series, borderColor: ground, borderWidth: 2 });
const strokes = (type, { series }, index) => ({
  backgroundColor: series[index % series.length], borderColor: series[index % series.length],
  borderWidth: type === "line" ? 2 : 0, borderRadius: 3, maxBarThickness: 36, tension: 0.3, pointRadius: 2, pointHoverRadius: 5,
});

function options({ round, stacked, lying, many }, { text, grid, font: family }) {
  const numbers = { beginAtZero: true, stacked, border: { display: false }, grid: { color: grid }, ticks: { color: text, font: { family }, precision: 0, maxTicksLimit: 6 } };
  const names = { stacked, grid: { display: false }, border: { color: grid }, ticks: { color: text, font: { family }, maxRotation: 0, autoSkipPadding: 12 } };
  return {
    maintainAspectRatio: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 },
    indexAxis: lying ? "y" : "x",
    interaction: { mode: round ? "nearest" : "index", intersect: round },
    scales: round ? {} : { x: lying ? numbers : names, y: lying ? names : numbers },
    plugins: {
      legend: { display: round || many, position: round ? "right" : "bottom", labels: { color: text, font: { family }, usePointStyle: true, boxHeight: 6 } },
      tooltip: { callbacks: { label: ({ dataset, dataIndex }) => ` ${dataset.label}: ${dataset.texts[dataIndex]}` } },
    },
  };
}
