"""stub"""
def faults_between_versions(rule_sets): return []
