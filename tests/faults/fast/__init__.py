"""The service under a fast clock: an app that the processes of a fault run have beside the service's own."""
