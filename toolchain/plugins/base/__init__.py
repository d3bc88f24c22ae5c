"""What every provider plugin shares: values on the wire, schema, diff, the gRPC service, its process."""
