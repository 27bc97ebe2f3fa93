// Preloaded into the program: at SIGUSR2 a promise is rejected that nobody awaits, as by a bug.
process.on("SIGUSR2", () => {
  void Promise.reject(new Error(process.env.REJECTION));
});
