// Maps over GeoJSON from json_script elements "<id>-areas" (polygons with properties {id, name, value, href})
// and "<id>-places" (points with {id, name, kind, icon, note, href}). Coordinates are WGS-84.
// A tile layer comes only when the deployment has set its own reviewed one (data-tiles).
// A list marked data-map-list="<id>" with buttons data-place is the twin that needs no map.
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  const dark = document.documentElement.dataset.bsTheme === "dark";
  const number = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 1 });
  const ramp = ["m1", "m2", "m3", "m4", "m5"].map(token);
  const marks = ["c1", "c2", "c3", "c5", "c4", "c6"].map(token);
  const MANY = 400; // beyond this, discs on a canvas instead of icons

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const json = (id) => {
    const source = document.getElementById(id);
    return source ? JSON.parse(source.textContent) : null;
  };

  // Five classes with equal counts: a single large town does not flatten all others.
  const classes = (features) => {
    const values = features.map((f) => f.properties.value).filter((v) => v != null).sort((a, b) => a - b);
    const steps = Math.min(5, new Set(values).size);
    return [...new Set(Array.from({ length: steps }, (_, n) => values[Math.floor((n * values.length) / steps)]))];
  };
  const step = (bounds, value) => Math.max(0, bounds.filter((bound) => value >= bound).length - 1);
  const shade = (bounds, value) =>
    ramp[bounds.length < 2 ? 2 : Math.round((step(bounds, value) * (ramp.length - 1)) / (bounds.length - 1))];

  // Names on a shade are black or white, whichever stands out more (relative luminance, WCAG).
  const inkOn = (hex) => {
    const [r, g, b] = [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.19 ? "ink-dark" : "ink-pale";
  };

  const card = (box, properties) => {
    const made = element("div", "map-card");
    made.append(element("strong", "", properties.name));
    const note = [properties.kind, properties.note].filter(Boolean).join(" · ");
    if (note) made.append(element("div", "", note));
    if (properties.value != null) made.append(element("div", "", `${number.format(properties.value)} ${box.dataset.unit}`));
    if (properties.href) {
      const link = element("a", "", box.dataset.more);
      link.href = properties.href;
      made.append(link);
    }
    return made;
  };

  const legendLine = (list, colour, text, iconName) => {
    const line = element("li");
    if (iconName) {
      const mark = window.songhe.icon(iconName);
      mark.style.color = colour;
      line.append(mark, ` ${text}`);
    } else {
      const swatch = element("span", "swatch");
      swatch.style.background = colour;
      line.append(swatch, text);
    }
    list.append(line);
  };

  const drawAreas = (box, map, data, legend) => {
    const bounds = classes(data.features);
    const layer = L.geoJSON(data, {
      style: (f) => ({
        color: dark ? "#0a1e22" : "#ffffff", weight: 1.5, fillOpacity: box.dataset.tiles ? 0.75 : 1,
        fillColor: f.properties.value == null ? token("mute-soft") : shade(bounds, f.properties.value),
      }),
      onEachFeature: (f, shape) => {
        const value = f.properties.value;
        const label = element("div", "area-name");
        label.append(element("span", "", f.properties.name));
        if (value != null) label.append(element("b", "", number.format(value)));
        const ink = inkOn(value == null ? token("mute-soft") : shade(bounds, value));
        shape.bindTooltip(label, { permanent: true, direction: "center", className: `area-label ${ink}` });
        shape.bindPopup(() => card(box, f.properties));
      },
    }).addTo(map);
    bounds.forEach((bound, place) => {
      const next = bounds[place + 1];
      const text = next == null ? `≥ ${number.format(bound)}` : `${number.format(bound)} – ${number.format(next)}`;
      legendLine(legend, shade(bounds, bound), place ? text : `${text}${box.dataset.unit ? ` ${box.dataset.unit}` : ""}`);
    });
    if (data.features.some((f) => f.properties.value == null)) legendLine(legend, token("mute-soft"), box.dataset.none);
    return layer;
  };

  const drawPlaces = (box, map, data, legend) => {
    const kinds = [...new Map(data.features.map((f) => [f.properties.kind, f.properties.icon])).entries()];
    const colour = (kind) => marks[kinds.findIndex(([name]) => name === kind) % marks.length];
    const canvas = data.features.length > MANY ? L.canvas() : null;
    const found = new Map();
    const layer = L.geoJSON(data, {
      pointToLayer: (f, where) => {
        if (canvas) return L.circleMarker(where, { renderer: canvas, radius: 5, weight: 1.5, color: "#ffffff", fillColor: colour(f.properties.kind), fillOpacity: 1 });
        const pin = element("span", "pin");
        pin.style.background = colour(f.properties.kind);
        pin.append(window.songhe.icon(f.properties.icon || "map-pin"));
        return L.marker(where, { icon: L.divIcon({ html: pin, className: "pin-box", iconSize: [32, 32], iconAnchor: [16, 16] }), title: f.properties.name, alt: f.properties.name });
      },
      onEachFeature: (f, mark) => {
        found.set(String(f.properties.id), mark);
        mark.bindPopup(() => card(box, f.properties));
      },
    }).addTo(map);
    kinds.forEach(([kind, name]) => legendLine(legend, colour(kind), kind, canvas ? "" : name || "map-pin"));
    document.querySelectorAll(`[data-map-list="${box.id}"]`).forEach((list) =>
      list.addEventListener("click", (event) => {
        const hit = event.target.closest("[data-place]");
        const mark = hit && found.get(hit.dataset.place);
        if (!mark) return;
        list.querySelectorAll("[aria-current]").forEach((old) => old.removeAttribute("aria-current"));
        hit.setAttribute("aria-current", "true");
        map.setView(mark.getLatLng(), Math.max(map.getZoom(), 15), { animate: false });
        mark.openPopup();
      }));
    return layer;
  };

  const draw = (box) => {
    if (box.dataset.drawn || !window.L) return;
    box.dataset.drawn = "1";
    const map = L.map(box, { zoomSnap: 0.25, zoomControl: false, scrollWheelZoom: false, fadeAnimation: false, zoomAnimation: false, attributionControl: Boolean(box.dataset.tiles) });
    L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    if (box.dataset.tiles) {
      map.attributionControl.setPrefix(false);
      L.tileLayer(box.dataset.tiles, { attribution: box.dataset.tilesCredit, maxZoom: 18 }).addTo(map);
    }
    const legend = document.querySelector(`[data-legend="${box.id}"]`) || element("ul");
    const layers = [["areas", drawAreas], ["places", drawPlaces]]
      .map(([part, drawer]) => [json(`${box.id}-${part}`), drawer])
      .filter(([data]) => data && data.features.length)
      .map(([data, drawer]) => drawer(box, map, data, legend));
    if (layers.length) map.fitBounds(L.featureGroup(layers).getBounds(), { padding: [16, 16], maxZoom: 16 });
    else map.setView([31.25, 121.4], 12);
    new ResizeObserver(() => map.invalidateSize()).observe(box);
  };
  const all = (from = document) => from.querySelectorAll("[data-map]").forEach(draw);
  all();
  document.addEventListener("htmx:afterSettle", (event) => all(event.target));
})();
