"""stub"""
def faults_of_shape(reading, file, plugin_schema): return []
