// What this phone keeps: entries and files that wait to be sent, and the last known state of each form.
// IndexedDB where there is one; else localStorage, which holds entries but no pictures.
(() => {
  "use strict";
  const NAME = "songhe-assessment";
  const STORES = { entries: "id", files: "id", forms: "case" };

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

  const inDatabase = (database, name, mode, act) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });

  const prefix = (name) => `${NAME}:${name}:`;
  const plain = {
    put: (name, row) => localStorage.setItem(prefix(name) + row[STORES[name]], JSON.stringify(row)),
    all: (name) =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix(name)))
        .map((key) => JSON.parse(localStorage.getItem(key))),
    remove: (name, key) => localStorage.removeItem(prefix(name) + key),
  };

  const put = async (name, row) => {
    const database = await opened;
    if (database) return inDatabase(database, name, "readwrite", (store) => store.put(row));
    if (name === "files") throw new Error("no place for files");
    return plain.put(name, row);
  };
  const all = async (name) => {
    const database = await opened;
    if (database) return inDatabase(database, name, "readonly", (store) => store.getAll());
    return name === "files" ? [] : plain.all(name);
  };
  const remove = async (name, key) => {
    const database = await opened;
    if (database) return inDatabase(database, name, "readwrite", (store) => store.delete(key));
    return plain.remove(name, key);
  };

  // An id that no other phone gives. randomUUID is missing on older kernels and on plain http.
  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  window.surveyStore = { put, all, remove, newId };
})();
