// Finds entries by their words. Everything is written as text, so nothing that an entry contains can become markup.
(function () {
  "use strict";
  var box = document.getElementById("search"), list = document.getElementById("found"), root = box.dataset.root;
  var every = window.CHUDIAN_ENTRIES.map(function (entry) {
    return { name: entry[0], label: entry[1], kind: entry[2], page: entry[3], near: (entry[0] + " " + entry[1]).toLowerCase(),
             all: entry.join(" ").toLowerCase(), parts: entry.join(" ").toLowerCase().split(/[^a-z0-9]+/), words: entry[4].toLowerCase().split(" ") };
  });
  // A short word such as DOU is a whole word of the text, or it would be found in "doubt" too.
  function has(entry, word) {
    return entry.near.indexOf(word) >= 0 || (/^[a-z0-9]{1,3}$/.test(word) ? entry.parts.indexOf(word) >= 0 : entry.all.indexOf(word) >= 0);
  }
  function rank(entry, word) {
    if (entry.name.toLowerCase() === word) return 0;
    if (entry.near.indexOf(word) === 0 || entry.words.indexOf(word) >= 0) return 1;
    return entry.near.indexOf(word) >= 0 ? 2 : 3;
  }
  function found(text) {
    var words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    return every.filter(function (entry) {
      return words.every(function (word) { return has(entry, word); });
    }).map(function (entry, place) {
      return [words.reduce(function (sum, word) { return sum + rank(entry, word); }, 0), place, entry];
    }).sort(function (one, other) { return one[0] - other[0] || one[1] - other[1]; });
  }
  function show() {
    var hits = found(box.value);
    list.textContent = "";
    hits.slice(0, 40).forEach(function (hit) {
      var item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("small");
      link.href = root + hit[2].page;
      link.textContent = hit[2].name + (hit[2].label ? " " + hit[2].label : "");
      kind.textContent = " " + hit[2].kind;
      item.append(link, kind);
      list.append(item);
    });
    if (hits.length > 40 || (box.value.trim() && !hits.length)) {
      var rest = document.createElement("li");
      rest.textContent = hits.length ? "and " + (hits.length - 40) + " more; write another word 请细化" : "nothing found 无结果";
      list.append(rest);
    }
  }
  box.addEventListener("input", show);
  box.value = new URLSearchParams(window.location.search).get("q") || "";
  show();
})();
