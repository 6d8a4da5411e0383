// A table of the page as a file for a spreadsheet.
export function download(table) {
  const lines = [...table.rows].map((row) => [...row.cells].map((cell) => field(cell.dataset.value ?? cell.textContent.trim())).join(";"));
  // The byte order mark tells a spreadsheet that this is UTF-8.
  const url = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n")], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `${table.id}.csv` });
  link.click();
  URL.revokeObjectURL(url);
}

// A text that a spreadsheet would run as a formula is made plain by an apostrophe.
function field(text) {
  const safe = /^[=+@\t]|^-(?![\d.,]+$)/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
