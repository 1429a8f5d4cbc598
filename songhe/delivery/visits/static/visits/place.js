// Where the phone is: asked at check-in and check-out and at no other moment.
(() => {
  "use strict";
  const WAIT = 10000;

  // Answers a position in WGS-84, or null: refused, switched off, no satellite, too slow.
  const here = () =>
    new Promise((resolve) => {
      if (!navigator.geolocation) {
        resolve(null);
        return;
      }
      const timer = setTimeout(() => resolve(null), WAIT + 500);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          clearTimeout(timer);
          resolve({ lng: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) });
        },
        () => {
          clearTimeout(timer);
          resolve(null);
        },
        { enableHighAccuracy: true, timeout: WAIT, maximumAge: 0 },
      );
    });

  const metres = (a, b) => {
    const rad = Math.PI / 180;
    const north = Math.sin(((b[1] - a[1]) * rad) / 2) ** 2;
    const east = Math.sin(((b[0] - a[0]) * rad) / 2) ** 2;
    return Math.round(2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(north + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * east))));
  };

  // The same judgement as the server's, so that the carer learns it at the door: metres, and whether it is outside.
  const judge = (home, seen, fence, accuracy) => {
    if (!seen) return { remark: "none" };
    if (seen.accuracy > accuracy) return { remark: "poor" };
    if (!home) return { remark: "" };
    const far = metres(home, [seen.lng, seen.lat]);
    return { remark: far > fence + seen.accuracy ? "far" : "", far };
  };

  window.visitPlace = { here, judge };
})();
