"""The crash drill: fault injection on real processes; docs/crash-drill.md describes it."""
