#!/bin/sh
# Run by ssh with its question as the argument. In desktop VS Code, the node binary is VS Code itself.
ELECTRON_RUN_AS_NODE=1 exec "$FLEET_OPS_ASKPASS_NODE" "$FLEET_OPS_ASKPASS_HELPER" "$@"
