"""The plugin of Yangpu District, Shanghai, for the elder-care time bank."""
