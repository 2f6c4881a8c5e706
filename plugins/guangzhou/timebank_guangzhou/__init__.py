"""Guangzhou's plugin for the elder-care time bank."""
