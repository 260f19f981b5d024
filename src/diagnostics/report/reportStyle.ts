/** The look of the page: light and dark as the reader's system is, nothing from outside. */
export const reportStyle = `
:root { color-scheme: light dark; --ground: #ffffff; --raised: #f5f6f8; --line: #d9dce2; --text: #1d2129; --soft: #5c6470;
  --bar: #3f78c9; --wait: #d08a1d; --bad: #c0362c; --good: #2f8a4b; --client: #6a49b8; --server: #20777f; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --raised: #1d2128; --line: #343a45; --text: #e4e7ec;
  --soft: #9aa3b2; --bar: #6ea3ee; --wait: #e0a94a; --bad: #f0756b; --good: #63c285; --client: #b49cf2; --server: #62c3cb; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .7rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .5rem; }
p { margin: .4rem 0; max-width: 60rem; }
code, pre, .mono { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--raised); border: 1px solid var(--line);
  border-radius: 6px; padding: .6rem .8rem; margin: .4rem 0; max-height: 26rem; overflow-y: auto; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: .9rem 0 0; }
a { color: var(--bar); }
.soft { color: var(--soft); }
.bad { color: var(--bad); } .good { color: var(--good); } .warn { color: var(--wait); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .6rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow: auto; max-height: 34rem; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--soft); background: var(--raised); position: sticky; top: 0; }
th, td { padding: .28rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.number { width: 1%; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.name { width: 1%; white-space: nowrap; } td.wide { min-width: 15rem; overflow-wrap: anywhere; }
.up { color: var(--client); } .down { color: var(--server); }
.card { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: .7rem 1rem; margin: .7rem 0;
  background: var(--raised); }
.card.ended { border-left-color: var(--bar); } .card p { margin: .2rem 0; }
.steps { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr max-content; gap: .3rem .9rem; align-items: center;
  margin: .6rem 0; }
.track { position: relative; height: 1.05rem; background: var(--raised); border-radius: 4px; overflow: hidden; }
.track i { position: absolute; top: 0; bottom: 0; min-width: 2px; background: var(--bar); border-radius: 3px; }
.track i.wait { background: var(--wait); } .track i.live { background: repeating-linear-gradient(90deg, var(--good) 0 9px, transparent 9px 13px); }
.took { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
details { margin: .4rem 0; } summary { cursor: pointer; padding: .15rem 0; }
summary:focus-visible, a:focus-visible, input:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
.filter { margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
.filter input { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
  padding: .3rem .6rem; width: min(26rem, 100%); }
.flame { position: relative; font-size: 11.5px; line-height: 18px; margin: .6rem 0; overflow: hidden; border-radius: 4px; }
.flame i { position: absolute; height: 18px; padding: 0 4px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis;
  font-style: normal; color: #231a06; border: 1px solid var(--ground); border-radius: 3px; }
.flame .h0 { background: #f2b56b; } .flame .h1 { background: #eecb7c; } .flame .h2 { background: #e8a07e; } .flame .h3 { background: #dcd08c; }
@media (max-width: 40rem) { .steps { grid-template-columns: 1fr max-content; } .steps .track { grid-column: 1 / -1; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { .scroll, pre { max-height: none; } }
`;

/** Puts a field over each table of messages that shows the rows which have what is typed; without it all are shown. */
export const reportScript = `
for (const table of document.querySelectorAll("table[data-filter]")) {
  const box = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const told = document.createElement("span");
  box.className = "filter";
  told.className = "soft";
  told.setAttribute("role", "status");
  input.type = "search";
  input.placeholder = "name, field, step \\u2026";
  label.append("Show only rows with ", input);
  box.append(label, told);
  table.parentElement.before(box);
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().trim();
    let shown = 0;
    for (let index = 0; index < rows.length; index++) {
      const isShown = texts[index].includes(wanted);
      rows[index].hidden = !isShown;
      if (isShown) shown++;
    }
    told.textContent = wanted === "" ? "" : shown + " of " + rows.length;
  });
}
`;
