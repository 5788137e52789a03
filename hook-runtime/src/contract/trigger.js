"use strict";
// The trigger form: `event` made of `args`, and an `api` that notes what the script does with it.
exports.run = (handlers, args) => {
  throw new TypeError("the trigger form is not there yet");
};
