// Charts from the same rows as the table under them: <script type="application/json"> holds
// {kind, unit, columns: [category, series…], rows: [[category, number…]…], target, stack}.
// Kinds: bar, hbar, line, pie, funnel. Drawn as SVG without movement; tokens give the colours.
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  const dark = document.documentElement.dataset.bsTheme === "dark";
  const root = parseFloat(style.fontSize);
  const size = Math.max(dark ? 14 : 12, Math.round(root * (dark ? 0.9375 : 0.8125)));
  const text = { color: token("ink"), fontSize: size, fontFamily: token("cn") };
  const quiet = { ...text, color: token("ink-2") };
  const palette = ["c1", "c2", "c3", "c4", "c5", "c6"].map(token);
  const number = new Intl.NumberFormat("zh-CN");
  const shapes = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];

  const axes = (data, flat) => {
    const names = {
      type: "category", inverse: flat, axisTick: { show: false },
      axisLabel: { ...quiet, interval: flat ? 0 : "auto" }, axisLine: { lineStyle: { color: token("line-2") } },
    };
    const numbers = {
      type: "value", name: flat ? "" : data.unit, nameTextStyle: { ...quiet, align: "right" }, splitNumber: 4,
      axisLabel: { ...quiet, formatter: (value) => number.format(value) },
      splitLine: { lineStyle: { color: token("line") } },
    };
    return flat ? { xAxis: numbers, yAxis: names } : { xAxis: names, yAxis: numbers };
  };

  const series = (data, flat) => data.columns.slice(1).map((name, place) => ({
    name,
    type: data.kind === "line" ? "line" : "bar",
    stack: data.stack ? "all" : undefined,
    encode: flat ? { y: 0, x: place + 1 } : { x: 0, y: place + 1 },
    barMaxWidth: 28,
    barGap: "10%",
    symbol: shapes[place % shapes.length],
    symbolSize: 8,
    lineStyle: { width: 2.5 },
    label: { show: data.columns.length === 2 && data.rows.length <= 12, position: flat ? "right" : "top",
      ...text, formatter: (item) => number.format(item.value[place + 1]) },
    markLine: place === 0 && data.target != null ? {
      silent: true, symbol: "none", lineStyle: { color: token("warn"), type: "dashed" },
      label: { ...text, color: token("warn"), position: "insideEndTop" },
      data: [flat ? { xAxis: data.target } : { yAxis: data.target }],
    } : undefined,
  }));

  const parts = (data) => data.rows.map(([name, value]) => ({ name, value }));
  const share = (data) => {
    const total = data.rows.reduce((sum, row) => sum + row[1], 0) || 1;
    return (value) => `${Math.round((value / total) * 1000) / 10}%`;
  };

  // Labels of pies and funnels get room of their own: ECharts cuts Chinese silently.
  const pie = (data) => ({
    series: [{ type: "pie", radius: ["42%", "66%"], data: parts(data), itemStyle: { borderColor: token("card"), borderWidth: 2 },
      label: { ...text, overflow: "none", lineHeight: size * 1.5,
        formatter: (item) => `${item.name}\n${number.format(item.value)}（${share(data)(item.value)}）` } }],
  });
  const funnel = (data) => {
    const first = data.rows.length ? data.rows[0][1] || 1 : 1;
    return {
      grid: { left: 8, right: size * 8, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "value", max: first, show: false },
      yAxis: { type: "category", inverse: true, data: data.rows.map((row) => row[0]), axisTick: { show: false },
        axisLine: { show: false }, axisLabel: { ...text, interval: 0 } },
      series: [{ type: "bar", data: data.rows.map((row) => row[1]), barMaxWidth: 28, color: token("c1"),
        label: { show: true, position: "right", ...text, overflow: "none",
          formatter: (item) => `${number.format(item.value)}　${Math.round((item.value / first) * 100)}%` } }],
    };
  };

  const option = (data) => {
    if (data.kind === "pie") return pie(data);
    if (data.kind === "funnel") return funnel(data);
    const flat = data.kind === "hbar";
    const many = data.columns.length > 2;
    return {
      dataset: { source: [data.columns, ...data.rows] },
      grid: { left: 8, right: flat ? size * 4 : 8, top: many ? size * 3.6 : size * 2.4, bottom: 4, containLabel: true },
      legend: { show: many, top: 0, right: 0, itemGap: 16, textStyle: text, data: data.columns.slice(1) },
      tooltip: { trigger: "axis", textStyle: { ...text, color: "#1f2528" }, renderMode: "richText",
        valueFormatter: (value) => `${number.format(value)} ${data.unit || ""}` },
      ...axes(data, flat),
      series: series(data, flat),
    };
  };

  const draw = (box) => {
    if (box.dataset.drawn) return;
    const source = document.getElementById(box.dataset.chart);
    if (!source || !window.echarts) return;
    const data = JSON.parse(source.textContent);
    box.dataset.drawn = "1";
    if (!data.rows.length) {
      box.hidden = true;
      return;
    }
    const chart = window.echarts.init(box, null, { renderer: "svg" });
    chart.setOption({ animation: false, color: palette, textStyle: text, ...option(data) });
    new ResizeObserver(() => chart.resize()).observe(box);
  };
  const all = (from = document) => from.querySelectorAll("[data-chart]").forEach(draw);
  all();
  document.addEventListener("htmx:afterSettle", (event) => all(event.target));
})();
