// What this phone keeps: reports and files that wait to be sent, the day's list, what is half typed.
// Every row names its owner (account and post); nobody reads or sends another's.
(() => {
  "use strict";
  const NAME = "songhe-visits";
  const STORES = { reports: "id", files: "id", days: "owner", drafts: "key", marks: "key" };

  const opened = new Promise((resolve) => {
    let request;
    try {
      request = indexedDB.open(NAME, 1);
    } catch {
      resolve(null);
      return;
    }
    request.onupgradeneeded = () => {
      Object.entries(STORES).forEach(([name, key]) => request.result.createObjectStore(name, { keyPath: key }));
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });

  const act = async (name, mode, work) => {
    const database = await opened;
    if (!database) throw new Error("no place to keep anything");
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      // Only a completed transaction is on the disk; a request that succeeded is not yet.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };

  // An id that no other phone gives. randomUUID is missing on older kernels and on plain http.
  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  const store = {
    works: opened.then(Boolean),
    newId,
    put: (name, row) => act(name, "readwrite", (rows) => rows.put(row)),
    add: (name, row) => act(name, "readwrite", (rows) => rows.add(row)),
    get: (name, key) => act(name, "readonly", (rows) => rows.get(key)),
    all: (name) => act(name, "readonly", (rows) => rows.getAll()),
    remove: (name, key) => act(name, "readwrite", (rows) => rows.delete(key)),
    clear: (name) => act(name, "readwrite", (rows) => rows.clear()),
    // The same name for this phone in all its reports.
    device: async () => {
      const known = await store.get("marks", "device");
      if (known) return known.value;
      const value = newId();
      await store.put("marks", { key: "device", value });
      return value;
    },
  };
  window.visitStore = store;
})();
