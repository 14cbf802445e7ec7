#!/bin/sh
# Run by ssh with its question as argument. In a VS Code of the desktop, what stands for node is VS Code itself.
ELECTRON_RUN_AS_NODE=1 exec "$FLEET_OPS_ASKPASS_NODE" "$FLEET_OPS_ASKPASS_HELPER" "$@"
