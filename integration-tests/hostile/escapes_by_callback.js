// expects: done
// The functions that a hook is handed lead nowhere.
module.exports = async (args, callback) => {
  for (const given of [callback, require, module, console.log, fetch, setTimeout]) {
    for (const name of Object.getOwnPropertyNames(given)) {
      let value;
      try { value = given[name]; } catch { continue; }
      if (value && typeof value === "object" && "startHttp" in value) throw new Error(`${name} shows our own functions`);
    }
  }
  for (const name of ["internal/calls", "web/url", "node/crypto", "contract/trigger", "../web/url", "node:internal/util"]) {
    let found;
    try { found = require(name); } catch { continue; }
    throw new Error(`${name} can be required: ${Object.keys(found)}`);
  }
  callback(new TokenClaims({ fine: true }));
};
