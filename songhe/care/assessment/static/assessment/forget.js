// After a survey is handed in, or when somebody else signs in on this phone, what was kept goes.
(() => {
  "use strict";
  const store = window.surveyStore;
  const mark = document.querySelector("[data-forget]");
  const account = document.body.dataset.account || "";
  const tell = (message) => {
    if (navigator.serviceWorker && navigator.serviceWorker.controller) {
      navigator.serviceWorker.controller.postMessage(message);
    }
  };
  const run = async () => {
    if (mark) {
      const place = mark.dataset.forget;
      for (const name of ["entries", "files"]) {
        for (const row of await store.all(name)) if (row.case === place) await store.remove(name, row.id);
      }
      await store.remove("forms", place);
      tell({ forget: place });
    }
    // Forms of another account are not this one's to read; what they have not sent stays for them.
    const others = (await store.all("forms")).filter((row) => row.account !== account);
    for (const row of others) {
      await store.remove("forms", row.case);
      tell({ forget: row.case });
    }
  };
  run();
})();
