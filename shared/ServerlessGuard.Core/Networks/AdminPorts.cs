namespace ServerlessGuard.Networks;

/// <summary>Which transport the services behind the administration ports listen on.</summary>
public static class AdminPorts
{
    /// <summary>Remote Desktop listens on UDP as well; the others on TCP only.</summary>
    public static bool ListensOnUdp(int port) => port == 3389;

    /// <summary>tcp, udp or another protocol that carries ports, all, or none of these.</summary>
    public static Transport TransportOf(string? protocol) => protocol?.Trim().ToLowerInvariant() switch
    {
        null or "-1" or "*" or "any" or "all" => Transport.All,
        "tcp" or "6" => Transport.Tcp,
        "udp" or "17" => Transport.Udp,
        "sctp" or "132" or "dccp" or "33" => Transport.Tcp,
        _ => Transport.None,
    };

    public static bool Reaches(Transport transport, int port) => transport switch
    {
        Transport.All or Transport.Tcp => true,
        Transport.Udp => ListensOnUdp(port),
        Transport.None => false,
    };
}

/// <summary>What a rule's protocol means for ports. ICMP, ESP and AH carry none.</summary>
public enum Transport
{
    None,
    Tcp,
    Udp,
    All,
}
