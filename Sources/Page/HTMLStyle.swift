extension HTMLRenderer {
  /// The SHA-256 of what stands between `<style>` and `</style>`, in Base64: the one style that the
  /// page's policy lets in. A test computes it anew.
  static let styleHash = "'sha256-cMNz4bdfX62eyk3CJ2HelJIVH12n32NYeLpcEoGauz0='"

  /// The style of a whole page: light and dark as the reader's system is, narrow and wide, on paper.
  static let style = """
    :root {
      --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --rule: #d1d9e0; --panel: #f6f8fa;
      --link: #0969da; --good: #116329; --bad: #b3202a; --note: #1b5e8a;
      --line: #0969da; --grid: #e2e5e9; --negative: #2166ac; --positive: #b2182b;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #0d1117; --ink: #e6edf3; --faint: #9aa4af; --rule: #3d444d; --panel: #161b22;
        --link: #6cb2ff; --good: #56d364; --bad: #ff8a80; --note: #79c0ff;
        --line: #6cb2ff; --grid: #262d36; --negative: #5fa8e8; --positive: #f0776c;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
      -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
    }
    main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2rem 0 0.75rem; overflow-wrap: anywhere; }
    h1 { font-size: 1.9rem; margin-top: 0.5rem; }
    h2 { font-size: 1.4rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--rule); }
    h3 { font-size: 1.15rem; }
    p, li, blockquote { max-width: 46rem; overflow-wrap: anywhere; }
    a { color: var(--link); }
    a:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    blockquote { margin: 1rem 0; padding: 0 1rem; border-left: 4px solid var(--rule);
      color: var(--faint); }
    hr { border: 0; border-top: 1px solid var(--rule); margin: 2rem 0; }
    nav { font-size: 0.95rem; }
    nav ul { padding-left: 1.25rem; }
    code, pre, table, dl { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas,
      "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: 0.875rem; }
    p code, li code, td code, th code { background: var(--panel); padding: 0.1em 0.3em;
      border-radius: 4px; font-size: 0.9em; }
    pre { margin: 0.75rem 0; padding: 0.75rem 1rem; background: var(--panel); border-radius: 6px;
      line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
    pre code { font-size: inherit; }
    .cell { margin: 1rem 0; }
    .command { margin: 0; padding: 0.5rem 1rem; border-left: 4px solid var(--link);
      font-weight: 600; }
    .prompt { color: var(--faint); user-select: none; -webkit-user-select: none; }
    .output { padding: 0.25rem 0 0 1.25rem; }
    .output pre.text { margin: 0.25rem 0; padding: 0; background: none; }
    .failure { border-left: 4px solid var(--bad); padding-left: 1rem; margin-top: 0.25rem; }
    .facts { display: table; margin: 0.25rem 0; }
    .facts div { display: table-row; }
    .facts dt, .facts dd { display: table-cell; margin: 0; padding: 0 1.5rem 0 0; }
    .facts dt, .faint { color: var(--faint); }
    .good { color: var(--good); font-weight: 600; }
    .bad { color: var(--bad); font-weight: 600; }
    .note { color: var(--note); }
    .name { font-weight: 600; }
    .scroll pre { white-space: pre; }
    .scroll { overflow-x: auto; max-width: 100%; margin: 0.5rem 0; }
    table { border-collapse: collapse; line-height: 1.4; font-variant-numeric: tabular-nums; }
    caption { text-align: left; padding: 0.25rem 0; white-space: pre-line; }
    th, td { padding: 0.15rem 0.75rem; text-align: left; vertical-align: top; }
    thead th { border-bottom: 1px solid var(--rule); }
    tbody tr + tr > * { border-top: 1px solid var(--grid); }
    .table td, .table th { white-space: nowrap; }
    .number { text-align: right; white-space: nowrap; }
    .matrix th { color: var(--faint); font-weight: 400; text-align: right; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap; }
    figure { margin: 0.75rem 0; }
    figcaption { font-size: 0.875rem; color: var(--faint); max-width: 46rem; }
    figcaption .title { display: block; color: var(--ink); }
    figure > svg { max-width: 100%; height: auto; display: block; }
    img { max-width: 100%; border: 1px solid var(--rule); display: block;
      image-rendering: pixelated; }
    .tiles { display: flex; flex-wrap: wrap; gap: 0.75rem; }
    .tiles figure { margin: 0; }
    img.key { display: inline-block; width: 8rem; height: 0.8em; vertical-align: -0.05em;
      margin-left: 0.5rem; image-rendering: auto; }
    svg .paper { fill: none; }
    svg .grid { stroke: var(--grid); }
    svg .axis { stroke: var(--faint); }
    svg .label { fill: var(--ink); }
    svg .line { stroke: var(--line); }
    svg .negative { fill: var(--negative); }
    svg .positive { fill: var(--positive); }
    @media (max-width: 32rem) {
      main { padding: 1rem 0.75rem 3rem; }
      .output { padding-left: 0.25rem; }
      .failure { padding-left: 0.5rem; }
      th, td { padding: 0.15rem 0.5rem; }
      h1 { font-size: 1.5rem; }
      svg.figure { font-size: 16px; }
    }
    @media print {
      :root {
        --paper: #ffffff; --ink: #000000; --faint: #444c55; --rule: #b0b8c0; --panel: #ffffff;
        --link: #0550ae; --good: #116329; --bad: #b3202a; --note: #1b5e8a;
        --line: #0550ae; --grid: #d8dde2; --negative: #2166ac; --positive: #b2182b;
      }
      body { font-size: 10pt; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      .scroll { overflow: visible; }
      table { font-size: 8pt; }
      h1, h2, h3, .command { break-after: avoid; }
      figure, tr, img, svg { break-inside: avoid; }
    }
    """
}
